import { resourcesOfType, textProperty } from './references.ts';
import { isObject, type Template, type TemplateObject, type TemplateValue } from './template.ts';

/** One action on one resource; the resource may end in `*`, which stands for any ending. */
export interface Permission {
  /** e.g. `s3:GetObject` */
  action: string;
  /** e.g. `arn:aws:s3:::omnirag-incoming/uploads/*` or `arn:aws:sqs:::omnirag-intake`: without region and account */
  resource: string;
}

/** What the policies of each role of the template allow, by the role's logical id. @throws Error when a resource is of no known form */
export function readRoles(template: Template): Map<string, Permission[]> {
  const roles = resourcesOfType(template, 'AWS::IAM::Role');
  return new Map(roles.map(({ logicalId, properties }) => [logicalId, readPolicies(template, properties.Policies)]));
}

/** Whether one of the permissions covers a call. */
export function permits(permissions: readonly Permission[], { action, resource }: Permission): boolean {
  return permissions.some((allowed) => allowed.action === action && covers(allowed.resource, resource));
}

function covers(pattern: string, resource: string): boolean {
  return pattern.endsWith('*') ? resource.startsWith(pattern.slice(0, -1)) : resource === pattern;
}

function readPolicies(template: Template, policies: TemplateValue | undefined): Permission[] {
  return objects(policies).flatMap(({ PolicyDocument }) => {
    const statements = isObject(PolicyDocument) ? objects(PolicyDocument.Statement) : [];
    return statements.flatMap((statement) => {
      if (statement.Effect !== 'Allow') throw new Error('infra: a role has a statement that does not allow');
      const resources = listed(statement.Resource).map((resource) => arnOf(template, resource));
      return listed(statement.Action).flatMap((action) =>
        resources.map((resource) => ({ action: String(action), resource })),
      );
    });
  });
}

function objects(value: TemplateValue | undefined): TemplateObject[] {
  return listed(value).filter(isObject);
}

function listed(value: TemplateValue | undefined): TemplateValue[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** `!GetAtt X.Arn`, or `!Sub "${X.Arn}/…"`. */
function arnOf(template: Template, value: TemplateValue): string {
  if (isObject(value)) {
    const [logicalId, attribute] = listed(value['Fn::GetAtt']);
    if (typeof logicalId === 'string' && attribute === 'Arn') return arnOfResource(template, logicalId);
    const text = value['Fn::Sub'];
    const [, name, rest = ''] = (typeof text === 'string' && /^\$\{(\w+)\.Arn\}(.*)$/.exec(text)) || [];
    if (name !== undefined) return `${arnOfResource(template, name)}${rest}`;
  }
  throw new Error(`infra: ${JSON.stringify(value)} is not a supported resource of a role`);
}

function arnOfResource(template: Template, logicalId: string): string {
  const kinds = { 'AWS::S3::Bucket': ['s3', 'BucketName'], 'AWS::SQS::Queue': ['sqs', 'QueueName'] } as const;
  for (const [type, [service, name]] of Object.entries(kinds)) {
    const found = resourcesOfType(template, type).find((resource) => resource.logicalId === logicalId);
    if (found) return `arn:aws:${service}:::${textProperty(found, name)}`;
  }
  throw new Error(`infra: ${logicalId} is neither a bucket nor a queue`);
}
