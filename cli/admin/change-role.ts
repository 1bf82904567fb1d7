import { changeAccount } from '#shared/auth/manage-accounts.ts';
import { findAccountByLogin } from '#shared/db/cross-tenant.ts';
import type { Role } from '#shared/domain/permissions.ts';
import type { AdminCommand } from './command.ts';

function roleCommand(name: string, role: Role, summary: string): AdminCommand {
  return {
    name,
    usage: 'EMAIL',
    summary,
    async run({ db }, [email, ...rest]) {
      if (email === undefined || rest.length > 0) throw new Error(`Give one email address: ${name} EMAIL`);
      const id = email.includes('@') ? await findAccountByLogin(db, email) : undefined;
      if (id === undefined) throw new Error(`No account has the email address ${email}.`);
      const account = await changeAccount({ db }, { id: undefined, from: undefined }, id, { role });
      return `${account.email} now has the role "${account.role}". It takes effect with the next request.`;
    },
  };
}

export const grant = roleCommand('grant', 'admin', 'makes an account an administrator');
export const revoke = roleCommand('revoke', 'user', 'makes an administrator a regular user');
