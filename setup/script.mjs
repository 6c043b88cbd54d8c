/** Runs one TypeScript file of the checkout after set-up and ends with its exit code. */
import { spawn } from 'node:child_process';
import { ROOT } from './modules.mjs';

/** Resolves with the exit code; 128 and the signal's number where a signal ended it. Ctrl-C goes to the script, which ends in its own time. */
export function runScript(file, args) {
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], { cwd: ROOT, stdio: 'inherit' });
  // The terminal signals the child itself; only what was meant for this process alone is passed on.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}
