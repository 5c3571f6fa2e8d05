# The bundle is the same on every platform, so it is built on the builder's own.
FROM --platform=$BUILDPLATFORM node:24-trixie-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
# Without scripts: `prepare` would build before the sources are here.
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
COPY scripts/build.js scripts/sbom.js scripts/
COPY src src
# The commands `rules` and `dashboards` print what is there.
COPY prometheus prometheus
COPY grafana/*.ts grafana/
ARG REVISION=unknown
RUN REVISION=$REVISION npm run build

# Node and the bundle: no shell, no npm, no node_modules.
FROM gcr.io/distroless/nodejs24-debian13:nonroot
ARG VERSION=unknown
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="huaweicloud-workspace-exporter" \
      org.opencontainers.image.description="Prometheus exporter for Huawei Cloud Workspace desktop pools" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED"
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /build/dist dist
# By number, so that Kubernetes can see that it is not root. Nothing is written: the root file system may be read-only.
USER 65532:65532
EXPOSE 10054
# For another port set PORT; where clients need a certificate, use --no-healthcheck. Kubernetes ignores it and has probes of its own.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/nodejs/bin/node", "/app/dist/healthcheck.js"]
ENTRYPOINT ["/nodejs/bin/node", "/app/dist/main.js"]
