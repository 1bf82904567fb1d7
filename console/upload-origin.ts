interface Store {
  S3_ENDPOINT?: string | undefined;
  S3_PUBLIC_ENDPOINT?: string | undefined;
  S3_INCOMING_BUCKET: string;
  AWS_REGION: string;
}

/** The origin that presigned upload addresses have: the store's own, or AWS's with the bucket in the host name. */
export function uploadOrigin(config: Store): string {
  const endpoint = config.S3_PUBLIC_ENDPOINT ?? config.S3_ENDPOINT;
  if (endpoint) return new URL(endpoint).origin;
  const host = `s3.${config.AWS_REGION}.amazonaws.com`;
  // A dot in the bucket's name would not match AWS's certificate, so the bucket then stands in the path.
  return config.S3_INCOMING_BUCKET.includes('.') ? `https://${host}` : `https://${config.S3_INCOMING_BUCKET}.${host}`;
}
