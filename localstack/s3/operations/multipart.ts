import { createHash, randomBytes } from 'node:crypto';
import { AwsError } from '#localstack/aws/aws-error.ts';
import { noSuchUpload, type S3Answer, unescapeXml, xmlAnswer, xmlTexts } from '../answer.ts';
import type { S3Context } from '../context.ts';
import type { MultipartUpload, StoredObject, StoredPart } from '../store/catalog.ts';
import { keptHeaders, storeObject } from './objects.ts';

const MIN_PART_BYTES = 5 * 1024 * 1024;
const MAX_PARTS = 10_000;

export function createMultipartUpload(context: S3Context): S3Answer {
  const id = randomBytes(24).toString('hex');
  context.catalog.createUpload({
    id,
    bucket: context.bucket,
    key: context.key,
    contentType: context.header('content-type') ?? 'binary/octet-stream',
    headers: keptHeaders(context),
    initiated: new Date(),
  });
  return xmlAnswer(200, 'InitiateMultipartUploadResult', { Bucket: context.bucket, Key: context.key, UploadId: id });
}

export async function uploadPart(context: S3Context): Promise<S3Answer> {
  const upload = requestedUpload(context);
  const number = Number(context.query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS) {
    throw new AwsError(400, 'InvalidArgument', `Part number must be an integer between 1 and ${MAX_PARTS}`);
  }
  if (context.header('x-amz-copy-source') !== undefined) {
    throw new AwsError(501, 'NotImplemented', 'Copying parts is not supported.');
  }
  const { blob, md5 } = await context.receiveBody();
  const etag = `"${md5.toString('hex')}"`;
  if (context.catalog.upload(upload.id) === undefined) {
    await context.blobs.remove([blob]);
    throw noSuchUpload();
  }
  const part = { number, etag, size: blob.size, lastModified: new Date(), blobs: [blob] };
  await context.blobs.remove(context.catalog.putPart(upload.id, part));
  return { status: 200, headers: { etag } };
}

export async function completeMultipartUpload(context: S3Context): Promise<S3Answer> {
  const wanted = xmlTexts(await context.bodyText(), 'Part').map((part) => ({
    number: Number(xmlTexts(part, 'PartNumber')[0]),
    etag: unescapeXml(xmlTexts(part, 'ETag')[0] ?? '').replaceAll('"', ''),
  }));
  const upload = requestedUpload(context);
  const parts = chooseParts(context.catalog.parts(upload.id), wanted);
  const digest = createHash('md5');
  for (const part of parts) digest.update(Buffer.from(part.etag.replaceAll('"', ''), 'hex'));
  const object: StoredObject = {
    bucket: upload.bucket,
    key: upload.key,
    size: parts.reduce((sum, part) => sum + part.size, 0),
    etag: `"${digest.digest('hex')}-${parts.length}"`,
    contentType: upload.contentType,
    lastModified: new Date(),
    headers: upload.headers,
    blobs: parts.flatMap((part) => part.blobs),
  };
  await storeCompleted(context, upload, object);
  await context.notifyCreated(object, 'CompleteMultipartUpload');
  return xmlAnswer(200, 'CompleteMultipartUploadResult', {
    Location: `http://${context.header('host') ?? 'localhost'}${context.request.path}`,
    Bucket: upload.bucket,
    Key: upload.key,
    ETag: object.etag,
  });
}

/** A failed completion leaves the parts where they are, so that the client can try again. */
async function storeCompleted(context: S3Context, upload: MultipartUpload, object: StoredObject): Promise<void> {
  const keeping = { ...context, blobs: { ...context.blobs, remove: async () => undefined } };
  let unused: StoredObject['blobs'] = [];
  await storeObject(keeping, object, () => {
    unused = context.catalog.completeUpload(upload.id, object);
    return [];
  });
  await context.blobs.remove(unused);
}

function chooseParts(present: StoredPart[], wanted: Array<{ number: number; etag: string }>): StoredPart[] {
  if (wanted.length === 0) throw new AwsError(400, 'MalformedXML', 'The list of parts is missing.');
  const parts = wanted.map(({ number, etag }, index) => {
    const part = present.find((candidate) => candidate.number === number);
    if (part === undefined || part.etag.replaceAll('"', '') !== etag) {
      throw new AwsError(400, 'InvalidPart', `Part ${number} was not uploaded, or its ETag differs.`);
    }
    if (index > 0 && (wanted[index - 1]?.number ?? 0) >= number) {
      throw new AwsError(400, 'InvalidPartOrder', 'The list of parts was not in ascending order.');
    }
    return part;
  });
  if (parts.slice(0, -1).some((part) => part.size < MIN_PART_BYTES)) {
    throw new AwsError(400, 'EntityTooSmall', 'A part other than the last is smaller than 5 MiB.');
  }
  return parts;
}

export async function abortMultipartUpload(context: S3Context): Promise<S3Answer> {
  const upload = requestedUpload(context);
  await context.blobs.remove(context.catalog.deleteUpload(upload.id));
  return { status: 204 };
}

export function listParts(context: S3Context): S3Answer {
  const upload = requestedUpload(context);
  const after = Number(context.query.get('part-number-marker') ?? 0);
  const limit = Math.min(Number(context.query.get('max-parts') ?? 1000), 1000);
  const rest = context.catalog.parts(upload.id).filter((part) => part.number > after);
  const page = rest.slice(0, limit);
  return xmlAnswer(200, 'ListPartsResult', {
    Bucket: upload.bucket,
    Key: upload.key,
    UploadId: upload.id,
    PartNumberMarker: after,
    NextPartNumberMarker: page.at(-1)?.number,
    MaxParts: limit,
    IsTruncated: rest.length > page.length,
    Part: page.map((part) => ({
      PartNumber: part.number,
      LastModified: part.lastModified.toISOString(),
      ETag: part.etag,
      Size: part.size,
    })),
  });
}

export function listMultipartUploads(context: S3Context): S3Answer {
  const prefix = context.query.get('prefix') ?? '';
  const uploads = context.catalog.uploads(context.bucket).filter((upload) => upload.key.startsWith(prefix));
  return xmlAnswer(200, 'ListMultipartUploadsResult', {
    Bucket: context.bucket,
    Prefix: prefix,
    MaxUploads: uploads.length,
    IsTruncated: false,
    Upload: uploads.map((upload) => ({
      Key: upload.key,
      UploadId: upload.id,
      Initiated: upload.initiated.toISOString(),
    })),
  });
}

function requestedUpload(context: S3Context): MultipartUpload {
  const upload = context.catalog.upload(context.query.get('uploadId') ?? '');
  if (upload === undefined || upload.bucket !== context.bucket || upload.key !== context.key) throw noSuchUpload();
  return upload;
}
