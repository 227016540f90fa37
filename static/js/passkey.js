/* Fills in forms by a passkey: the browser's own call makes or asks for it, and its answer is sent with the form.

     <form data-passkey="create" | "get"    make a new one, or ask for one of those there are
           data-options="{…}"               what the server asks for; without it, the form's address is asked for it
           data-refused="…">                said where the browser gives none
       <input type="hidden" name="credential">
       <button hidden>                      shown where the browser knows passkeys
       <p data-without>                     shown where it does not
       <p data-told role="alert">

   A field `passwordless` asks for a passkey that opens the account by itself. */

async function optionsOf(form) {
  if (form.dataset.options) {
    const given = JSON.parse(form.dataset.options);
    return given.publicKey;
  }
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return (await answer.json()).request_options.publicKey;
}

async function credentialFor(form) {
  const options = await optionsOf(form);
  if (form.dataset.passkey === "get") {
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  }
  const alone = form.elements.passwordless?.checked ?? false;
  const asked = options.authenticatorSelection;
  asked.residentKey = alone ? "required" : "discouraged";
  asked.requireResidentKey = alone;
  if (alone) asked.userVerification = "required";
  return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  // Browsers know passkeys at secure addresses only.
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) continue;
  form.querySelector("button").hidden = false;
  form.querySelector("[data-without]").hidden = true;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const told = form.querySelector("[data-told]");
    told.textContent = "";
    try {
      const credential = await credentialFor(form);
      form.elements.credential.value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch {
      told.textContent = form.dataset.refused;
    }
  });
}
