/** Runs functions of `machine/` in the shells that machines run them with, beside a server that tests tell what to do. */
import { execFile } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';

export const MACHINE = join(import.meta.dirname, '../../machine');

/** The shell of the initramfs, and that of the running system. */
export const SHELLS = { busybox: ['busybox', 'sh'], dash: ['dash'] } as const;
export type ShellName = keyof typeof SHELLS;

/** Runs a script; a command that fails does not end it. Resolves with what it said and its exit code, also where that is not 0. */
export function run(
  shell: ShellName,
  script: string,
  env: Record<string, string> = {},
  args: readonly string[] = [],
): Promise<{ stdout: string; code: number }> {
  const [program, ...words] = [...SHELLS[shell], '-c', script, 'sh', ...args] as [string, ...string[]];
  const options = { env: { ...process.env, MUSTER_PLACE: MACHINE, ...env }, timeout: 60_000 };
  return new Promise((resolve, reject) => {
    execFile(program, words, options, (error, stdout) => {
      if (error?.killed || typeof error?.code === 'string') reject(error);
      else resolve({ stdout, code: Number(error?.code ?? 0) });
    });
  });
}

/** Serves on a port of its own; `close` hangs up on everybody. */
export async function serving(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (text) => {
      body += text;
    });
    request.on('end', () => answer(request, response, body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}
