# redis:7-bookworm where no registry can be reached: Debian's Redis (7.0).
FROM debian:bookworm-slim
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends redis-server \
    && rm -rf /var/lib/apt/lists/*
# hadolint ignore=DL3066
USER redis
WORKDIR /var/lib/redis
CMD ["redis-server"]
