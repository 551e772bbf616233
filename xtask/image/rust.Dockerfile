# rust:1.95-slim-bookworm where no registry can be reached: this machine's Rust. The build context is its folder
# (`rustc --print sysroot`), and `certificates` has the authorities that this machine trusts.
FROM debian:bookworm-slim
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*
COPY bin /usr/local/bin
COPY lib /usr/local/lib
# hadolint ignore=DL3022
COPY --from=certificates ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
ENV CARGO_HOME=/usr/local/cargo
