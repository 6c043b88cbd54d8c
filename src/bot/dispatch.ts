/** The way of one line, top to bottom: parse, authorise, answer or plan, submit; every decision in the audit. */
import { createHash } from 'node:crypto';
import type { Config } from '../config/config.ts';
import { asMusterError, MusterError } from '../errors.ts';
import type { Plan } from '../jobs/plan.ts';
import { planHash } from '../jobs/plan.ts';
import type { Need, Request } from '../jobs/requests.ts';
import type { Run } from '../jobs/run-record.ts';
import type { Log } from '../log.ts';
import { messages } from '../messages/messages.ts';
import type { Scrubber } from '../secret.ts';
import { drawPlan } from './answers/dry-run.ts';
import { drawRequest } from './cards/request.ts';
import type { Catalogue, Command, Reply } from './command.ts';
import { MAX_LINE, parse } from './grammar/parse.ts';
import type { Caller, House } from './house.ts';
import type { Attachment } from './outbox/attachment.ts';
import type { Incoming } from './platform.ts';
import { mayApprove, needFor } from './rights/approval.ts';
import { authorise, personOf } from './rights/authorise.ts';

/** What became of a line. */
export type Outcome =
  | { kind: 'ignored' }
  /** `shown` where a message shows it anyway: whoever pressed a button for it is answered alone. */
  | { kind: 'reply'; text: string; shown?: boolean; printedFrom?: number; file?: Attachment }
  /** Refused or not understood; `code` names the error. */
  | { kind: 'refused'; text: string; code: string }
  | { kind: 'run'; run: Run; fresh: boolean }
  /** Waits until others agree. */
  | { kind: 'asked'; request: Request; text: string };

export interface DispatchParts {
  /** Looked up at every line, as it may be reloaded. */
  config(): Config;
  catalogue: Catalogue;
  house: Omit<House, 'config' | 'caller' | 'line' | 'commands'>;
  log: Log;
  /** Goes over what is kept of a line and over every answer. */
  scrubber: Scrubber;
  /** The sorted sets in which it is noted who has to be told of a run's end. */
  owed?(run: Pick<Run, 'by' | 'scope' | 'plan'>): string[];
}

const ID_LETTERS = 'abcdefghjkmnpqrstuvwxyz023456789';

/** The id of what a line becomes: the same for a redelivery, 50 bits of SHA-256. */
export function runId(incoming: Pick<Incoming, 'platform' | 'chat' | 'id'>): string {
  const text = `${incoming.platform}\n${incoming.chat}\n${incoming.id}`;
  const digest = createHash('sha256').update(text).digest().subarray(0, 10);
  return `r-${Array.from(digest, (byte) => ID_LETTERS[byte % 32]).join('')}`;
}

/**
 * Handles a line; never rejects. `slash` says whether a command needs its slash to be seen as one; `onBegin` is called
 * once it is known to be something that is to be planned, which may take its time.
 */
export async function dispatch(
  incoming: Incoming,
  parts: DispatchParts,
  slash: 'required' | 'optional',
  onBegin?: () => void,
): Promise<Outcome> {
  let outcome: Outcome;
  try {
    outcome = await handle(incoming, parts, slash, onBegin);
  } catch (thrown) {
    const error = asMusterError(thrown);
    if (error.code === 'internal')
      parts.log.error({ err: error.cause ?? error, text: kept(incoming, parts) }, 'a line failed');
    outcome = refusal(error);
  }
  if (!('text' in outcome)) return outcome;
  const { scrubber } = parts;
  const file = outcome.kind === 'reply' && outcome.file && scrubber.data(outcome.file);
  return { ...outcome, text: scrubber.text(outcome.text), ...(file && { file }) };
}

const KEPT_OF_TOO_LONG = 200;

/** A line as the audit, the run and the log keep it: without secrets, and only the beginning of one that is too long. */
function kept({ text }: Incoming, { scrubber }: DispatchParts): string {
  if (text.length <= MAX_LINE) return scrubber.text(text);
  return `${scrubber.text(text.slice(0, MAX_LINE)).slice(0, KEPT_OF_TOO_LONG)}…`;
}

async function handle(
  incoming: Incoming,
  parts: DispatchParts,
  slash: 'required' | 'optional',
  onBegin?: () => void,
): Promise<Outcome> {
  const config = parts.config();
  const reading = { catalogue: parts.catalogue, bot: incoming.bot, prefix: slash };
  const parsed = parse(incoming.text, reading);
  if (parsed.kind === 'ignore') return { kind: 'ignored' };
  if (incoming.doubt) throw new MusterError(`line.${incoming.doubt}`);
  const person = personOf(config, incoming.platform, incoming.user);
  const caller: Caller = {
    person: person ?? `${incoming.platform}:${incoming.user}`,
    platform: incoming.platform,
    chat: incoming.chat,
    thread: incoming.thread,
    message: incoming.message,
  };
  const id = runId(incoming);
  const text = kept(incoming, parts);
  if (person === undefined) return stranger(caller, incoming, id, text, parts);
  if (parsed.kind === 'reply') {
    // What is wrong is quoted and cut, perhaps within a secret; therefore it is said of the line without secrets.
    const clean = incoming.text.length > MAX_LINE ? parsed : parse(text, reading);
    const reply = clean.kind === 'reply' ? clean : parsed;
    await parts.house.audit.append({
      kind: 'refused',
      by: caller,
      text,
      run: id,
      summary: reply.text.split('\n')[0],
      rule: messages().talk.rules.notUnderstood,
    });
    return { kind: 'refused', text: reply.text, code: reply.code };
  }
  const { command, input, dryRun } = parsed;
  const scope = [command.scope(input)].flat();
  const verdict = authorise(config, person, command.name, scope);
  const decision = { by: caller, text, command: command.name, scope, run: id };
  if (!verdict.ok) {
    const { talk, phrases } = messages();
    const who = verdict.who.join(', ') || phrases.nobody;
    await parts.house.audit.append({
      ...decision,
      kind: 'refused',
      rule: verdict.rule,
      summary: talk.whoCan({ who }),
    });
    return {
      kind: 'refused',
      code: 'access.denied',
      text: talk.mayNot({ rule: verdict.rule, who, id }),
    };
  }
  const house: House = { ...parts.house, config, caller, line: id, commands: parts.catalogue.commands };
  if (command.plan && !dryRun) onBegin?.();
  try {
    const dry = dryRun ? (plan: Plan) => drawPlan(plan, parts.scrubber) : undefined;
    return await carryOut(command, input, dry, parts, house, { ...decision, rule: verdict.rule, id });
  } catch (thrown) {
    const error = asMusterError(thrown);
    await parts.house.audit.append({
      ...decision,
      kind: 'refused',
      rule: verdict.rule,
      summary: error.message.split('\n')[0],
    });
    throw error;
  }
}

interface Decision {
  id: string;
  by: Caller;
  text: string;
  command: string;
  scope: string[];
  run: string;
  rule: string;
}

async function carryOut(
  command: Command,
  input: unknown,
  /** Draws the plan instead of submitting it. */
  dry: ((plan: Plan) => string) | undefined,
  parts: DispatchParts,
  house: House,
  decision: Decision,
): Promise<Outcome> {
  const { id, by, text, scope, rule } = decision;
  const answer = async (reply: Reply): Promise<Outcome> => {
    await house.audit.append({ kind: 'command', by, text, command: command.name, scope, rule, run: id });
    return reply.refused
      ? { kind: 'refused', text: reply.text, code: 'input.invalid' }
      : { ...reply, kind: 'reply' };
  };
  if (command.answer) return answer(await command.answer(input, house));
  const plan = await command.plan(input, house).catch(async (thrown: unknown) => {
    // A redelivered line is the run it became, also where it could not be planned any more.
    const earlier = await house.runs.find(id);
    if (earlier) return earlier;
    throw thrown;
  });
  if ('planHash' in plan) return { kind: 'run', run: plan, fresh: false };
  if ('text' in plan) return answer(plan);
  if (dry) {
    await house.audit.append({
      kind: 'command',
      by,
      text,
      command: command.name,
      scope,
      rule,
      run: id,
      summary: messages().talk.rules.dryRun,
    });
    return { kind: 'reply', text: dry(plan) };
  }
  const need = await needOf(plan, command, scope, house);
  if (need) {
    const asked = { id, command: command.name, input, text, scope, by, rule, need };
    const request = await house.requests.ask({
      ...asked,
      title: plan.title,
      shows: plan.shows,
      planHash: planHash(plan),
    });
    return { kind: 'asked', request, text: drawRequest(request).join('\n') };
  }
  const run = { id, command: command.name, scope, text, by, plan };
  const submitted = await house.runs.submit({ ...run, rule, owed: parts.owed?.(run) });
  return { kind: 'run', ...submitted };
}

/** What is needed for a plan; one that goes on from a job needs what the command needs that the job began with. */
async function needOf(
  { origin }: Plan,
  command: Command,
  scope: readonly string[],
  { config, runs, commands }: House,
): Promise<Need | undefined> {
  const own = needFor(config, command, scope);
  const first = origin === undefined ? undefined : await runs.find(origin);
  const began = commands.find(({ name }) => name === first?.command);
  const earlier = first && began && needFor(config, began, first.scope);
  return own && earlier ? (earlier.count > own.count ? earlier : own) : (own ?? earlier);
}

/**
 * Carries out what was granted: planned anew, in the name of whoever asked, with the rights that they and those who approved
 * have now, by the rules there are now. Where the plan is another one than was agreed to, the agreement is void and the new
 * plan is asked for; where approvals are missing by now, they are asked for.
 */
export async function proceed(request: Request, parts: DispatchParts): Promise<Outcome> {
  const config = parts.config();
  const { id, by, text, scope } = request;
  const begun = await parts.house.runs.find(id);
  if (begun) return { kind: 'run', run: begun, fresh: false };
  const command = parts.catalogue.commands.find(({ name }) => name === request.command);
  const { talk } = messages();
  if (!command?.plan)
    return { kind: 'refused', code: 'internal', text: talk.isNoMore({ name: request.command }) };
  const verdict = authorise(config, by.person, command.name, scope);
  if (!verdict.ok)
    return {
      kind: 'refused',
      code: 'access.denied',
      text: talk.mayNoMore({ person: by.person, rule: verdict.rule }),
    };
  const house: House = { ...parts.house, config, caller: by, line: id, commands: parts.catalogue.commands };
  const plan = await command.plan(request.input, house);
  if ('text' in plan) return { kind: 'reply', text: plan.text };
  const hash = planHash(plan);
  const need = (await needOf(plan, command, scope, house)) ?? request.need;
  const agreed = need.count === 0 ? request.approvals : approvalsThatHold(request, need, config);
  if (hash !== request.planHash || agreed.length < need.count) {
    const approvals = hash === request.planHash ? agreed : [];
    const renewed = await house.requests.renew(request, {
      title: plan.title,
      shows: plan.shows,
      planHash: hash,
      need,
      approvals,
    });
    return { kind: 'asked', request: renewed, text: drawRequest(renewed).join('\n') };
  }
  const rule = `${verdict.rule}; ${need.rule}: ${agreed.join(', ') || by.person}`;
  const run = { id, command: command.name, scope, text, by, plan };
  const submitted = await house.runs.submit({ ...run, rule, owed: parts.owed?.(run) });
  return { kind: 'run', ...submitted };
}

/** Those who approved and may still do so. */
const approvalsThatHold = ({ approvals, by }: Request, need: Need, config: Config): string[] =>
  approvals.filter((person) => person !== by.person && mayApprove(config, person, need));

/** Somebody the configuration does not know: one polite refusal, and a record. */
async function stranger(
  caller: Caller,
  incoming: Incoming,
  id: string,
  text: string,
  parts: DispatchParts,
): Promise<Outcome> {
  await parts.house.audit.append({
    kind: 'refused',
    by: caller,
    text,
    run: id,
    rule: messages().talk.rules.unknownPerson,
  });
  const refusal = messages().talk.stranger(incoming);
  return { kind: 'refused', text: refusal, code: 'access.denied' };
}

function refusal(error: MusterError): Outcome {
  return { kind: 'refused', code: error.code, text: `${sentence(error)}\n${error.hint}` };
}

/** The message with a capital letter, except where it begins with a name: a job is not found by R-7k2m9xq4tz. */
function sentence({ message, facts }: MusterError): string {
  const [first] = message.split(' ', 1);
  if (Object.values(facts).includes(first)) return message;
  return message.charAt(0).toUpperCase() + message.slice(1);
}
