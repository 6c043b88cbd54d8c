/** The messages of the internal protocol: JSON `{"command", "data"}`, where `data.id` names the request they belong to. */
import { z } from 'zod';
import { type ErrorCode, MusterError } from '../../errors.ts';
import type { Facts } from '../../messages/facts.ts';
import { messages } from '../../messages/messages.ts';

/** The most bytes of one message. */
export const MAX_MESSAGE = 1024 * 1024;
/** Names a request as long as it is open; whoever asks chooses it. */
const Id = z.string().regex(/^[A-Za-z0-9._-]{1,100}$/);
const Command = z
  .string()
  .regex(/^[a-z]+(\.[a-z]+)?$/)
  .max(40);
const Data = z.looseObject({ id: Id.optional() });
const Message = z.strictObject({ command: Command, data: Data });

/** One message. The commands `progress`, `result`, `error` answer the request `data.id`; `cancel` takes it back; all others are requests. */
export type Message = z.output<typeof Message>;

/** A message as it is sent. */
export const encode = (command: string, data: object): string => JSON.stringify({ command, data });

/** A message out of its text; throws `icp.message` with what is wrong. */
export function decode(text: string): Message {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new MusterError('icp.message', { problem: 'JSON' }, { cause });
  }
  const { success, data, error } = Message.safeParse(parsed);
  if (success) return data;
  const [issue] = error.issues;
  throw new MusterError('icp.message', { problem: issue ? issue.path.join('.') || '{command, data}' : '' });
}

const ErrorBody = z.looseObject({
  code: z.string(),
  summary: z.string().default(''),
  facts: z.record(z.string(), z.unknown()).default({}),
  lines: z.array(z.string()).default([]),
});

/** The error that the data of an `error` tells; one that is not known here, of a newer agent say, is `internal` with its text. */
export function errorOf(data: Record<string, unknown>): MusterError {
  const { success, data: body } = ErrorBody.safeParse(data);
  if (!success) return new MusterError('icp.message', { problem: 'error' });
  const { code, summary, facts, lines } = body;
  if (!Object.hasOwn(messages().errors, code))
    return new MusterError('internal', { message: summary }, { lines });
  return new MusterError(code as ErrorCode, facts as Facts, { lines });
}
