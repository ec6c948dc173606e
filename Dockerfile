# Sova's image. It holds no model, no document and no secret: those come as volumes and settings (docker-compose.yml).
#   docker build -t sova:0.1.0 .
# For a machine without a network, with the models of a cache folder baked in:
#   docker build -t sova:0.1.0-models --target with-models --build-context models=$HOME/.cache/sova .
# The Python is the one that the tests run with; its tag is exact, its digest is the operator's to add.

FROM python:3.11.14-slim-bookworm AS base

FROM base AS builder
WORKDIR /src
# A mirror of the package index: --build-arg PIP_INDEX_URL=https://…
ARG PIP_INDEX_URL
RUN python -m venv /opt/sova
COPY requirements.lock ./
RUN /opt/sova/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
    --only-binary=:all: --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot ./bot
COPY adapters ./adapters
RUN /opt/sova/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
    --no-index --no-deps --no-build-isolation .

FROM base AS runtime
LABEL org.opencontainers.image.title="Sova" \
      org.opencontainers.image.description="The team's own assistant: in the team's chat, on the team's hardware" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0"
# llama.cpp needs OpenMP. Debian keeps only the newest build of a release, so a pinned version would end the build one day.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 sova \
    && useradd --uid 10001 --gid sova --no-create-home --home-dir /var/lib/sova --shell /usr/sbin/nologin sova \
    && install --directory --owner=sova --group=sova --mode=0700 /var/lib/sova /var/cache/sova
COPY --from=builder /opt/sova /opt/sova
ENV PATH=/opt/sova/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PYTHONFAULTHANDLER=1 \
    ORT_DISABLE_TELEMETRY=1 \
    HF_HUB_OFFLINE=1 \
    HF_HUB_DISABLE_TELEMETRY=1 \
    QDRANT__TELEMETRY_DISABLED=true \
    DO_NOT_TRACK=1 \
    SOVA_STATE_DIR=/var/lib/sova \
    SOVA_CACHE_DIR=/var/cache/sova \
    SOVA_KNOWLEDGE_DIR=/knowledge \
    SOVA_LOG_FORMAT=json
WORKDIR /var/lib/sova
USER 10001:10001
HEALTHCHECK --interval=30s --timeout=20s --start-period=2m --retries=3 CMD ["sova", "health"]
ENTRYPOINT ["sova"]
CMD ["serve"]

# Empty, unless the build names a folder for it: --build-context models=…
FROM scratch AS models

FROM runtime AS with-models
COPY --from=models --chown=10001:10001 . /var/cache/sova/

FROM runtime AS sova
