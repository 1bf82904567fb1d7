import { grant, revoke } from './change-role.ts';
import type { AdminCommand } from './command.ts';

export const ADMIN_COMMANDS: readonly AdminCommand[] = [grant, revoke];
