# One image for gateway, api and worker; the command says which (docker-compose.yml).
#
#   docker build --target app .            the three processes
#   docker build --target app-with-php .   the same, for workers with handlers of kind `command` that are PHP scripts
#
# Node runs the TypeScript sources as they are: there is nothing to build. That works because npm installs workspaces as
# symlinks; Node does not strip types of anything that lies in node_modules, so packages must never be copied into it.
# The version is that of the `node` package the repository develops with.
FROM node:26.10.0-slim AS base
WORKDIR /app
ENV NODE_ENV=production

# Manifests alone, so that the layer of dependencies changes with them and not with every source file.
FROM base AS manifests
COPY package.json package-lock.json .npmrc ./
COPY apps apps
COPY packages packages
COPY handlers/package.json handlers/
RUN find apps packages -type f ! -name package.json -delete

# Without install scripts: no dependency of the three processes needs one, and a stolen package runs no code here.
FROM base AS dependencies
COPY --from=manifests /app ./
RUN npm ci --omit=dev --ignore-scripts --workspace=apps/gateway --workspace=apps/api --workspace=apps/worker --workspace=handlers \
    && npm cache clean --force

# Files belong to root and the process does not: nothing it runs can change what it runs. No init process: runApp takes
# SIGTERM and SIGINT as process 1 does (a worker starts processes of its own and gets `init: true` in docker-compose.yml).
FROM base AS app
COPY --from=dependencies /app ./
COPY apps apps
COPY packages packages
USER 10001:10001
CMD ["node", "apps/gateway/src/main.ts"]

FROM app AS app-with-php
USER root
RUN apt-get update \
    && apt-get install --yes --no-install-recommends php-cli \
    && rm -rf /var/lib/apt/lists/*
USER 10001:10001
