import childProcess, { ChildProcess } from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

/** Set up for the tests named `*.test.ts`: one that needs more than this process belongs among `*.system.test.ts`. */
function refuse(what: string) {
  return (): never => {
    throw new Error(`A unit test ${what}: name the file *.system.test.ts, or *.slow.test.ts when it takes long.`);
  };
}

net.Server.prototype.listen = refuse('opens a port');
Object.assign(ChildProcess.prototype, { spawn: refuse('starts a process') });
childProcess.spawnSync = refuse('starts a process');
childProcess.execFileSync = refuse('starts a process');
childProcess.execSync = refuse('starts a process');
syncBuiltinESMExports();
