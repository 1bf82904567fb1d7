/** The smallest service that uses every way in which the local cloud calls functions. */
export const TRIVIAL_SERVICE: Record<string, string> = {
  'serverless.yml': `
service: trivial
plugins: [serverless-offline]
provider: {name: aws, runtime: nodejs24.x, region: us-east-1}
functions:
  env:
    handler: env.handler
    events:
      - httpApi: GET /env
  intake:
    handler: intake.handler
    events:
      - sqs: {arn: !GetAtt Intake.Arn, batchSize: 1, functionResponseType: ReportBatchItemFailures}
  sweep:
    handler: sweep.handler
    events:
      - schedule: rate(1 hour)
  stream:
    handler: stream.handler
    url: {invokeMode: RESPONSE_STREAM}
resources:
  Resources:
    Intake: {Type: AWS::SQS::Queue, Properties: {QueueName: trivial-intake}}
    Storage: {Type: AWS::S3::Bucket, Properties: {BucketName: trivial-storage}}
    Incoming:
      Type: AWS::S3::Bucket
      Properties:
        BucketName: trivial-incoming
        NotificationConfiguration:
          QueueConfigurations:
            - {Event: 's3:ObjectCreated:*', Queue: !GetAtt Intake.Arn}
`,
  'env.ts': `
export const handler = async () => ({ statusCode: 200, body: JSON.stringify(process.env) });
`,
  'query.ts': `
import pg from 'pg';
export async function query(sql, values) {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  try { return await client.query(sql, values); } finally { await client.end(); }
}
`,
  'intake.ts': `
import { query } from './query.ts';
export const handler = async (event) => {
  for (const record of event.Records) {
    for (const { s3 } of JSON.parse(record.body).Records) await query('INSERT INTO seen VALUES ($1)', [s3.object.key]);
  }
  return { batchItemFailures: [] };
};
`,
  'sweep.ts': `
import { query } from './query.ts';
export const handler = async () => { await query('INSERT INTO swept VALUES (now())', []); };
`,
  'stream.ts': `
export const handler = awslambda.streamifyResponse(async (event, stream) => {
  const answer = awslambda.HttpResponseStream.from(stream, { statusCode: 200, headers: { 'content-type': 'text/plain' } });
  answer.write('streamed ');
  answer.end(event.queryStringParameters.token);
});
`,
};
