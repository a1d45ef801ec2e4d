# syntax=docker/dockerfile:1
# The service in one image: one binary, no shell script, no root.
#
#   docker build --tag essaim .

FROM node:22-bookworm-slim AS viewer
WORKDIR /viewer
COPY viewer/ ./
# Without the lock file or the network, the service draws its own SVG map.
RUN if [ -f package-lock.json ]; then npm ci --ignore-scripts --no-audit --no-fund; fi

FROM rust:1.95.0-bookworm AS build
# The toolchain of the image, without the components that only developers need.
ENV RUSTUP_TOOLCHAIN=1.95.0
WORKDIR /essaim
COPY . .
COPY --from=viewer /viewer/ viewer/
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/essaim/target \
    cargo build --release --locked --package essaim \
    && install -D target/release/essaim /out/essaim

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="Essaim" \
      org.opencontainers.image.description="L’économie sociale et solidaire d’un territoire, des fichiers officiels à la carte" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin essaim
COPY --from=build /out/essaim /usr/local/bin/essaim
USER 10001:10001
EXPOSE 8080
ENV ESSAIM_LISTEN=0.0.0.0:8080
ENTRYPOINT ["/usr/local/bin/essaim"]
# The store comes from ESSAIM_STORE or from --store.
CMD ["serve"]
