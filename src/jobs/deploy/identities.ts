/**
 * What the containers of an app show to the hub: a key, a certificate and a token for each service of a generation, for a while.
 * State families `services/APP` (the services of each generation, by host) and `identities/APP` (until when they hold, by host).
 */
import { X509Certificate } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { asMusterError } from '../../errors.ts';
import { type Caller, HubPlace, type Issued } from '../../hub.ts';
import { messages } from '../../messages/messages.ts';
import { RunId } from '../../names.ts';
import type { Beside, LiveState } from '../step.ts';

/** What one service shows. */
export const Identity = z.strictObject({
  /** PEM. */
  key: z.string(),
  certificate: z.string(),
  token: z.string(),
  place: HubPlace,
});
export type Identity = z.infer<typeof Identity>;

/** By service; none where the hub could not be asked. */
export const Identities = z.record(z.string(), Identity);
export type Identities = z.infer<typeof Identities>;

const Services = z.record(RunId, z.array(z.string()));

/** Until when the identities of a generation hold, and where they say that the hub is. */
const Held = z.object({
  generation: RunId,
  from: z.string(),
  until: z.string(),
  place: z.string().optional(),
});
export type Held = z.infer<typeof Held>;

/** Where containers are told that the hub is, in one word: another one where its address or its key is another. */
export const placeName = ({ address, pins, language }: HubPlace): string =>
  JSON.stringify([address, pins, language]);

interface Place {
  app: string;
  host: string;
}

const servicesOf = async (state: LiveState, { app, host }: Place) =>
  Services.parse((await state.get(`services/${app}`, host)) ?? {});

/** Notes which services a generation has. */
export async function noteServices(
  state: LiveState,
  { generation, services, ...place }: Place & { generation: string; services: readonly string[] },
): Promise<void> {
  const known = await servicesOf(state, place);
  await state.set(`services/${place.app}`, place.host, { ...known, [generation]: services });
}

/** Forgets the services of all generations but these. */
export async function keepServices(
  state: LiveState,
  { kept, ...place }: Place & { kept: readonly string[] },
): Promise<void> {
  const known = Object.entries(await servicesOf(state, place));
  const left = known.filter(([generation]) => kept.includes(generation));
  await state.set(`services/${place.app}`, place.host, Object.fromEntries(left));
}

/** Until when the app's identities on a host hold; undefined where none were written. */
export async function heldBy(state: LiveState, { app, host }: Place): Promise<Held | undefined> {
  const held = await state.get(`identities/${app}`, host);
  return held === undefined ? undefined : Held.parse(held);
}

/** Notes until when what was written holds; where that were stand-ins, that it is to be written. */
export async function noteHeld(
  state: LiveState,
  {
    generation,
    identities,
    held,
    app,
    host,
  }: Place & { generation: string; identities: Identities; held: boolean },
): Promise<void> {
  const [first] = Object.values(identities);
  if (!first || !held) return state.remove(`identities/${app}`, host);
  const { validFrom, validTo } = new X509Certificate(first.certificate);
  const [from, until] = [validFrom, validTo].map((text) => new Date(text).toISOString());
  await state.set(`identities/${app}`, host, { generation, from, until, place: placeName(first.place) });
}

/** Fresh identities for every service of a generation. Rejects as the hub does. */
export async function issueFor(
  generation: Place & { generation: string },
  { state, issue }: Pick<Beside, 'state'> & { issue(caller: Caller): Promise<Issued | undefined> },
): Promise<Identities> {
  const services = (await servicesOf(state, generation))[generation.generation] ?? [];
  const { app, host, generation: id } = generation;
  const given = await Promise.all(
    services.map(async (service) => [service, await issue({ app, host, generation: id, service })] as const),
  );
  return Object.fromEntries(given.flatMap(([service, issued]) => (issued ? [[service, issued]] : [])));
}

/** How long a deploy waits for a hub that is just starting, ms, and how long from one try to the next. */
const PATIENCE_MS = 3_000;
const AGAIN_MS = 250;

/**
 * The same, for a deploy, which goes on where the hub is away: its containers have stand-ins until the hub is back, and keep what
 * they print for it. `held` is false then. Undefined where there is no hub.
 */
export async function issueIfThere(
  generation: Place & { generation: string },
  { state, hub, note }: Pick<Beside, 'state' | 'hub' | 'note'>,
): Promise<{ identities: Identities; held: boolean } | undefined> {
  if (!hub) return undefined;
  for (const deadline = performance.now() + PATIENCE_MS; ; await sleep(AGAIN_MS)) {
    try {
      return { identities: await issueFor(generation, { state, issue: hub.issue }), held: true };
    } catch (thrown) {
      const { code, message } = asMusterError(thrown);
      const starting = code === 'hub.unreachable' || code === 'hub.never';
      if (starting && performance.now() < deadline) continue;
      const identities = await issueFor(generation, { state, issue: hub.standIn });
      const { standsIn, unlinked } = messages().jobs.notes;
      const words = Object.keys(identities).length > 0 ? standsIn : unlinked;
      note(words({ ...generation, message }));
      return { identities, held: false };
    }
  }
}
