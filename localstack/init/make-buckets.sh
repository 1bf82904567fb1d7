#!/bin/sh
# Makes the buckets of infra/buckets.yml in MinIO and sends the events of the incoming one to the webhook.
set -eu
mc alias set omnirag http://minio:9000 "$ACCESS_KEY" "$SECRET_KEY" >/dev/null
for bucket in "$STORAGE_BUCKET" "$INCOMING_BUCKET"; do
  mc mb --ignore-existing "omnirag/$bucket"
  mc anonymous set none "omnirag/$bucket"
done
mc event add --ignore-existing "omnirag/$INCOMING_BUCKET" arn:minio:sqs::OMNIRAG:webhook --event put
