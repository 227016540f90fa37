# The site in a container, started by the same script as on a desk.
FROM python:3.13-slim

# Briefings as PDF: Pango sets the pages, the fonts hold the scripts of the record. fonts-noto-cjk is for Chinese, Japanese
# and Korean words, where there are any; it is large.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
       fonts-dejavu-core fonts-noto-core \
    && rm -rf /var/lib/apt/lists/*

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOST=0.0.0.0 PORT=8000 DATA_DIR=/data
WORKDIR /app
# pg_dump and pg_restore, for backups.
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*
COPY requirements/run.txt requirements/run.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY manage.py pyproject.toml ./
COPY bin bin
COPY config config
COPY visits visits
COPY statements statements
COPY templates templates
COPY static static
# Whoever runs it may not write here: without this each start, also one after a crash, would compile everything anew.
RUN python -m compileall -q bin config visits statements
RUN useradd --create-home visavis && mkdir /data && chown visavis /data
USER visavis
VOLUME /data
EXPOSE 8000
# Answered whatever ALLOWED_HOSTS and SECURE say (config/middleware.py).
HEALTHCHECK CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:%s/health/live' % os.environ['PORT'], timeout=3)"]
ENTRYPOINT ["python", "bin/start.py", "--no-venv"]
