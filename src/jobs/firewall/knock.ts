/** Whether TCP ports answer, as seen from where Muster runs. */
import { connect } from 'node:net';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import type { StepContext } from '../step.ts';

/** How long a port may take to answer, ms. */
const PATIENCE_MS = 5_000;

/** Resolves with nothing once a connection is there; otherwise with why there is none. */
export function knock(address: string, port: number, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, signal, timeout: PATIENCE_MS });
    const end = (reason?: string) => {
      socket.destroy();
      resolve(reason);
    };
    socket.once('connect', () => end());
    socket.once('timeout', () => end('ETIMEDOUT'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}

/** Resolves once all of a host's ports answered; rejects with `firewall.probe` at the first that does not. */
export async function knockAll(
  host: string,
  probes: readonly { address: string; port: number }[],
  { signal, report }: Pick<StepContext, 'signal' | 'report'>,
): Promise<void> {
  for (const { address, port } of probes) {
    const reason = await knock(address, port, signal);
    if (reason !== undefined)
      throw new MusterError('firewall.probe', { host, address: `${address}:${port}`, reason });
    report.line(messages().jobs.notes.firewallAnswers({ address: `${address}:${port}` }));
  }
}
