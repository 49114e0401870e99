# One image for web, worker, embedder, reader and release: what serves, the text reader, and the prepared model.
#
# compose.yaml runs it.
#
# Where PyTorch's own packages are CUDA builds, name an index of CPU builds: --build-arg PIP_EXTRA_INDEX_URL=…
# Without a Docker engine `make rehearse` goes through these steps.

FROM python:3.11-slim-trixie AS serving
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements/serve.txt requirements/serve.txt
RUN python3 -m venv .venv && pip install --quiet --no-deps --no-cache-dir --requirement requirements/serve.txt && pip check

FROM serving AS reading
COPY requirements/read.txt requirements/read.txt
RUN pip install --quiet --no-deps --no-cache-dir --requirement requirements/read.txt && pip check

FROM serving AS prepared
ARG PIP_EXTRA_INDEX_URL
COPY requirements/prepare.txt requirements/prepare.txt
RUN pip install --quiet --no-cache-dir --no-compile --requirement requirements/prepare.txt
COPY factcheck factcheck
COPY indexer indexer
# What the commands write is for their user alone; the image has another one.
RUN python -m indexer model && find var/models -name '*.safetensors' -delete && chmod -R a+rX var/models

FROM reading
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends ffmpeg libchromaprint-tools tesseract-ocr tesseract-ocr-tha postgresql-client && rm -rf /var/lib/apt/lists/*
COPY --from=prepared /app/var/models models
COPY Procfile gunicorn.conf.py wsgi.py ./
COPY deploy deploy
COPY factcheck factcheck
COPY indexer indexer
COPY bot bot
COPY editor_ui editor_ui
RUN python -m compileall -q bot deploy editor_ui factcheck indexer wsgi.py
RUN install -d -o 10001 -g 10001 -m 0700 /var/lib/factline
ENV VAR_DIR=/var/lib/factline EMBEDDING_MODEL=/app/models/intfloat--multilingual-e5-small
VOLUME /var/lib/factline
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --start-period=30s CMD ["python", "-m", "deploy.healthcheck", "web"]
ENTRYPOINT ["deploy/process"]
CMD ["web"]
