import { grant, revoke } from './change-role.ts';
import type { AdminCommand } from './command.ts';
import { createAccount } from './create-account.ts';
import { reembed } from './reembed.ts';
import { rotateKey } from './rotate-key.ts';

export const ADMIN_COMMANDS: readonly AdminCommand[] = [grant, revoke, createAccount, rotateKey, reembed];
