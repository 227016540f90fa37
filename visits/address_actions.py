"""Where the mails of an account go: whoever gives it another address takes the one before out of the way in.

allauth sends resets and notices to addresses of its own (`EmailAddress`), and would go on sending them to the old box.
"""

from __future__ import annotations

import logging
from functools import partial
from smtplib import SMTPException

from allauth.account.models import EmailAddress
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils.translation import gettext

from visits.models import User

logger = logging.getLogger(__name__)


def in_use(email: str) -> bool:
    """Whether an account is reached at this address, in whatever case it is written."""
    reached = Q(email__iexact=email) | Q(emailaddress__email__iexact=email)
    return bool(email) and User.objects.filter(reached).exists()


@transaction.atomic
def follow_address(*, user: User, before: str) -> None:
    """Have mails go to the address of `user` alone, which was `before`, and tell both boxes; `User.save` calls it.

    Nobody has shown yet that the new box is theirs: it counts as not verified. Links of resets that are on their way
    open nothing any more, since their signature covers the address. The audit log is told by history.
    """
    EmailAddress.objects.filter(user=user).delete()
    if user.email:
        EmailAddress.objects.create(user=user, email=user.email.lower(), verified=False, primary=True)
    for number, box in enumerate((before, user.email)):
        if box and before.lower() != user.email.lower():
            transaction.on_commit(partial(_tell, box, is_new=bool(number)), robust=True)


def _tell(box: str, *, is_new: bool) -> None:
    """Send the mail to one of both boxes. It names neither the other box nor the account: one may be a stranger's."""
    mail = EmailMessage(
        subject=gettext("Vis-à-vis: another e-mail address"),
        body=render_to_string("account/email/address_changed.txt", {"is_new": is_new}),
        to=[box],
        headers={"Auto-Submitted": "auto-generated"},
    )
    try:
        mail.send()
    except (OSError, SMTPException) as error:
        # The address is changed all the same. The fault itself would name it.
        logger.error("the mail of a changed address could not be sent: %s", type(error).__name__)
