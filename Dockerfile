# syntax=docker/dockerfile:1

FROM rust:1.95-bookworm AS build
WORKDIR /src
# First the dependencies, over empty sources: this layer stays until Cargo.toml or Cargo.lock changes.
COPY Cargo.toml Cargo.lock ./
COPY aggregates/Cargo.toml aggregates/
COPY projections/Cargo.toml projections/
RUN for crate in . aggregates projections; do mkdir -p "$crate/src" && touch "$crate/src/lib.rs"; done \
    && echo 'fn main() {}' > src/main.rs \
    && mkdir tests benches && touch tests/main.rs \
    && sed -n 's/^path = "\(benches\/.*\)"/\1/p' Cargo.toml | xargs -r touch \
    && cargo build --release --locked --bin tidemark
COPY . .
RUN find aggregates/src projections/src src migrations -exec touch {} + \
    && cargo build --release --locked --bin tidemark

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/tidemark --create-home tidemark
COPY --from=build /src/target/release/tidemark /usr/local/bin/tidemark
USER tidemark
ENV TIDEMARK_DATA_DIR=/var/lib/tidemark \
    TIDEMARK_LISTEN=0.0.0.0:8000
VOLUME /var/lib/tidemark
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["curl", "--fail", "--silent", "--output", "/dev/null", "http://127.0.0.1:8000/health"]
ENTRYPOINT ["tidemark"]
CMD ["serve"]
