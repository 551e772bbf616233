FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY . .
# Features of the program besides the default ones, separated by commas.
ARG FEATURES="traces"
# What a debugger or a profiler needs is five times as large as the program, and in a file of its own.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --profile shipping --locked --package payments-http --features "$FEATURES" \
    && mkdir /out \
    && objcopy --only-keep-debug target/shipping/payments /out/payments.debug \
    && objcopy --strip-debug --add-gnu-debuglink=/out/payments.debug target/shipping/payments /out/payments

# `docker build --target debug --output FOLDER .` writes that file.
FROM scratch AS debug
COPY --from=build /out/payments.debug /

FROM debian:bookworm-slim
# The authorities trusted in calls to gateways and SMS providers. Unpinned, so that the list is as new as the image. Logs and
# caches would differ with each build.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/ldconfig/*
COPY --from=build /out/payments /usr/local/bin/payments
COPY config/production.toml /etc/payments/production.toml
ENV PAYMENTS__HTTP__BIND=0.0.0.0:8080
# Not an account of the image: it owns no files and needs to write none.
USER 65532:65532
WORKDIR /
EXPOSE 8080
STOPSIGNAL SIGTERM
# Not /health/ready: while Redis is unavailable, every container would count as unhealthy and be removed, and listings with
# them.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health/live HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r status <&3 && [[ $status == 'HTTP/1.1 200 '* ]]"]
LABEL org.opencontainers.image.title="payments" \
    org.opencontainers.image.description="Card listings with installments, and saved cards" \
    org.opencontainers.image.source="https://github.com/payments-rs/payments" \
    org.opencontainers.image.licenses="MIT OR Apache-2.0"
ENTRYPOINT ["payments"]
CMD ["--config", "/etc/payments/production.toml", "serve"]
