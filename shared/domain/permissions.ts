export const ROLES = ['user', 'admin'] as const;
export type Role = (typeof ROLES)[number];

const OWN = ['own:account', 'own:files', 'own:search'] as const;
const ADMINISTRATION = ['accounts:manage', 'audit:read'] as const;

/** What a route can ask for. `own:` reaches what belongs to the person who asks; no permission reaches another's documents. */
export type Permission = (typeof OWN)[number] | (typeof ADMINISTRATION)[number];

/** Who may do what. The HTTP wrapper alone asks it, with the permission that the route names. */
const PERMISSIONS: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  user: new Set<Permission>(OWN),
  admin: new Set<Permission>([...OWN, ...ADMINISTRATION]),
};

export function mayUse(role: Role, permission: Permission): boolean {
  return PERMISSIONS[role].has(permission);
}
