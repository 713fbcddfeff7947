# The MCP server, served over HTTP. Settings come as variables; see "Serve it to a team" in the README.

FROM node:22-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:22-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsdown.config.ts tsconfig.json ./
COPY scripts/licenses.ts ./scripts/
COPY src ./src
RUN npm run build

FROM node:22-slim
ENV NODE_ENV=production HTTP_HOST=0.0.0.0
WORKDIR /app
# All of this belongs to root, so the server cannot change itself.
COPY package.json LICENSE ./
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
USER node
EXPOSE 8056
STOPSIGNAL SIGTERM
# The image has no curl.
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --retries=3 CMD ["node", "-e", "const { HTTP_PORT, PORT } = process.env; fetch(`http://127.0.0.1:${HTTP_PORT || PORT || 8056}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/dist/bin.js"]
CMD ["mcp", "--http"]
