/**
 * A manager in a network namespace: connects to a guardian and asks it what it is told to, a line of JSON each. Run with its
 * identity as JSON; says of each line how it went.
 */
import { createInterface } from 'node:readline';
import type { Channel } from '../../../src/adapters/icp/channel.ts';
import { connect } from '../../../src/adapters/icp/client.ts';
import { asMusterError } from '../../../src/errors.ts';
import type { Identity } from '../../../src/identity.ts';

/** What it can be told. */
export type Order =
  | { do: 'connect'; address: string; port: number; key: string }
  | { do: 'request'; command: string; data: object }
  | { do: 'close' };

/** How it went: a result, or the code of an error. */
export type Answer = { result: Record<string, unknown> } | { code: string };

const identity = JSON.parse(process.argv[2] as string) as Identity;
let channel: Channel | undefined;

async function carryOut(order: Order): Promise<Record<string, unknown>> {
  if (order.do === 'connect') {
    const { address, port, key } = order;
    channel = await connect({ host: 'host', address, port, key, identity });
    return {};
  }
  if (order.do === 'close') {
    channel?.terminate();
    return {};
  }
  if (!channel) throw new Error('not connected');
  return channel.request(order.command, order.data);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, order } = JSON.parse(line) as { id: number; order: Order };
  void carryOut(order)
    .then(
      (result): Answer => ({ result }),
      (error): Answer => ({ code: asMusterError(error).code }),
    )
    .then((answer) => process.stdout.write(`${JSON.stringify({ id, answer })}\n`));
}
process.exit(0);
