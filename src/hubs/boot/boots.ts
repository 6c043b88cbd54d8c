/** What machines say of their boots, and what they are given for them: all by the token of that boot. */
import { BootNews, BootToken, Inventory, type Taker } from '../../boot.ts';
import { MusterError } from '../../errors.ts';
import type { Asked, Route } from './route.ts';

/** How long what they send may be, bytes. */
const MOST = { news: 8 * 1_024, inventory: 64 * 1_024 };
/** The documents of NoCloud; see the documentation of cloud-init. */
const DOCUMENTS = ['meta-data', 'user-data', 'vendor-data', 'network-config'];

const DONE = { type: 'text/plain', body: 'ok\n' } as const;

/** The token of the path; nobody knows one that cannot be one. */
async function tokenOf({ named, stranger }: Asked): Promise<string> {
  return BootToken.safeParse(named.token).data ?? (await stranger());
}

/** Who asks, and what it says to be known again by. */
function takerOf({ address, query }: Asked): Taker {
  const claim = query.get('claim');
  if (claim === null) return { address };
  if (!/^[A-Za-z0-9]{8,64}$/.test(claim)) throw new MusterError('boot.request', { problem: 'claim' });
  return { address, claim };
}

const news: Route = {
  method: 'POST',
  path: '/v1/boots/{token}/events',
  async answer(asked) {
    const token = await tokenOf(asked);
    const form = new URLSearchParams((await asked.body(MOST.news)).toString('utf8'));
    const names = [...form.keys()];
    if (new Set(names).size < names.length) throw new MusterError('boot.request', { problem: 'twice' });
    const parsed = BootNews.safeParse(Object.fromEntries(form));
    if (!parsed.success) throw wrong(parsed.error.issues);
    return (await asked.desk.news(token, parsed.data, asked.address)) ? DONE : asked.stranger();
  },
};

/** What iPXE could not do: it can only fetch, so that it fetches this. */
const FAILED: Record<string, Pick<BootNews, 'stage' | 'cause'>> = {
  kernel: { stage: 'kernel', cause: 'fetch' },
  initrd: { stage: 'initrd', cause: 'fetch' },
  exec: { stage: 'initrd', cause: 'exec' },
};

const failed: Route = {
  method: 'GET',
  path: '/v1/boots/{token}/failed',
  async answer(asked) {
    const token = await tokenOf(asked);
    const stage = asked.query.get('stage') ?? '';
    if (!Object.hasOwn(FAILED, stage)) throw new MusterError('boot.request', { problem: 'stage' });
    const told = BootNews.parse({ ...FAILED[stage], outcome: 'failed' });
    return (await asked.desk.news(token, told)) ? DONE : asked.stranger();
  },
};

const files: Route = {
  method: 'GET',
  path: '/v1/boots/{token}/files',
  async answer(asked) {
    const token = await tokenOf(asked);
    // Given once: whoever only looks does not take it away from the machine.
    if (asked.request.method === 'HEAD') throw new MusterError('boot.method');
    if (!(await asked.desk.knows(token))) return asked.stranger();
    const body = await asked.desk.files(token, takerOf(asked));
    if (!body) throw new MusterError('boot.given');
    return { type: 'application/x-tar', body };
  },
};

const cloudInit: Route = {
  method: 'GET',
  path: '/v1/boots/{token}/nocloud/{name}',
  async answer(asked) {
    const token = await tokenOf(asked);
    const { name = '' } = asked.named;
    if (!DOCUMENTS.includes(name)) throw new MusterError('boot.nowhere');
    if (!(await asked.desk.knows(token))) return asked.stranger();
    const body = await asked.desk.cloudInit(token, name, takerOf(asked));
    if (body === undefined) throw new MusterError('boot.nowhere');
    return { type: 'text/yaml; charset=utf-8', body };
  },
};

const inventory: Route = {
  method: 'POST',
  path: '/v1/boots/{token}/inventory',
  async answer(asked) {
    const token = await tokenOf(asked);
    const parsed = Inventory.safeParse(asJson(await asked.body(MOST.inventory)));
    if (!parsed.success) throw wrong(parsed.error.issues);
    return (await asked.desk.discovered(token, parsed.data)) ? DONE : asked.stranger();
  },
};

/** What a machine that waits to be adopted asks again and again. */
const next: Route = {
  method: 'GET',
  path: '/v1/boots/{token}/next',
  async answer(asked) {
    const restarts = await asked.desk.restarts?.(await tokenOf(asked));
    if (restarts === undefined) return asked.stranger();
    return { type: 'text/plain', body: restarts ? 'restart\n' : 'wait\n' };
  },
};

function asJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new MusterError('boot.request', { problem: 'JSON' });
  }
}

const wrong = ([issue]: readonly { path: PropertyKey[]; code: string }[]): MusterError =>
  new MusterError('boot.request', { problem: issue?.path.join('.') || `${issue?.code}` });

export const boots: readonly Route[] = [news, failed, files, cloudInit, inventory, next];
