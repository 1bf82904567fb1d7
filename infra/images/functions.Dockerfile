# The functions that read untrusted files or carry a model. Build it at the root of the repository, with the model's files
# under models/<org>/<name> (npm start downloads them there when MODEL_DIR=models):
#   docker build -f infra/images/functions.Dockerfile -t omnirag .
FROM public.ecr.aws/lambda/nodejs:24
WORKDIR /var/task
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts
COPY shared shared
COPY console console
COPY functions functions
COPY models models
# Lambda looks for JavaScript; Node itself reads the TypeScript behind it.
RUN find functions -name '*.ts' ! -name '*.test.ts' | while read -r file; do \
      echo "export { handler } from './$(basename "$file")';" > "${file%.ts}.mjs"; \
    done
CMD ["functions/ingest/embed.handler"]
