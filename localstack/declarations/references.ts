import { isObject, type Template, type TemplateObject, type TemplateValue } from './template.ts';

/** The resource that a `!Ref` or `!GetAtt` names. @throws Error when it names none of this type */
export function referencedResource(
  template: Template,
  value: TemplateValue | undefined,
  type: string,
): { logicalId: string; properties: TemplateObject } {
  const logicalId = logicalIdOf(value);
  const resource = logicalId === undefined ? undefined : template.resources[logicalId];
  if (logicalId === undefined || resource?.Type !== type) {
    throw new Error(`infra: ${JSON.stringify(value)} does not refer to any ${type}`);
  }
  return { logicalId, properties: isObject(resource.Properties) ? resource.Properties : {} };
}

function logicalIdOf(value: TemplateValue | undefined): string | undefined {
  if (!isObject(value)) return undefined;
  if (typeof value.Ref === 'string') return value.Ref;
  const attribute = value['Fn::GetAtt'];
  const first = Array.isArray(attribute) ? attribute[0] : undefined;
  return typeof first === 'string' ? first : undefined;
}

/** All resources of a type. */
export function resourcesOfType(
  template: Template,
  type: string,
): Array<{ logicalId: string; properties: TemplateObject }> {
  return Object.entries(template.resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([logicalId, resource]) => ({
      logicalId,
      properties: isObject(resource.Properties) ? resource.Properties : {},
    }));
}

/** A property that has to be text. @throws Error naming the resource */
export function textProperty(resource: { logicalId: string; properties: TemplateObject }, name: string): string {
  const value = resource.properties[name];
  if (typeof value !== 'string') throw new Error(`infra: ${resource.logicalId}.${name} is not a string`);
  return value;
}

/** A property that has to be a number when it is given. @throws Error naming the resource */
export function numberProperty(
  resource: { logicalId: string; properties: TemplateObject },
  name: string,
): number | undefined {
  const value = resource.properties[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'number') throw new Error(`infra: ${resource.logicalId}.${name} is not a number`);
  return value;
}
