/**
 * Metadata as images of clouds look for it: that of EC2, for whoever asks from the address of a machine that boots. Only with a
 * session token (IMDSv2), so that nobody is talked into asking for somebody else. See docs.aws.amazon.com, `Instance metadata`.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { EC2_DOCUMENT } from './given/cloud-init.ts';
import type { Answer, Asked, Route } from './route.ts';

/** The longest that a session may be said to last, s. */
const LONGEST_S = 21_600;
const HEADER = 'x-aws-ec2-metadata-token';

/** What is known of a boot: leaves are texts, lists are numbered. */
const Facts = z.object({
  'instance-id': z.string(),
  'local-hostname': z.string(),
  mac: z.string().optional(),
  keys: z.array(z.string()),
});

type Tree = { [name: string]: string | Tree };

const text = (body: string, status = 200): Answer => ({ status, type: 'text/plain; charset=utf-8', body });

/** The routes of one server; sessions end with it. */
export function metadataRoutes(now: () => number = Date.now): readonly Route[] {
  const secret = randomBytes(32);
  const sign = (address: string, until: string) =>
    createHmac('sha256', secret).update(`${address} ${until}`).digest('hex');
  const isOpen = ({ request, address }: Asked): boolean => {
    const [until = '', mark = ''] = `${request.headers[HEADER] ?? ''}`.split('.');
    if (!/^\d{1,16}$/.test(until) || !/^[0-9a-f]{64}$/.test(mark) || Number(until) < now()) return false;
    return timingSafeEqual(Buffer.from(mark), Buffer.from(sign(address, until)));
  };
  const session: Route = {
    method: 'PUT',
    path: '/latest/api/token',
    async answer({ request, address }) {
      // It was passed on by somebody: whoever that was asked for is not who gets the answer.
      if (request.headers['x-forwarded-for'] !== undefined) return text('forbidden\n', 403);
      const said = `${request.headers[`${HEADER}-ttl-seconds`] ?? ''}`;
      const seconds = /^\d{1,5}$/.test(said) ? Number(said) : 0;
      if (seconds < 1 || seconds > LONGEST_S)
        throw new MusterError('boot.request', { problem: `${HEADER}-ttl-seconds` });
      const until = `${now() + seconds * 1_000}`;
      const answer = text(`${until}.${sign(address, until)}`);
      return { ...answer, headers: { [`${HEADER}-ttl-seconds`]: said } } as Answer;
    },
  };
  /** For whoever has a session and boots. */
  const guarded =
    (answer: (asked: Asked, token: string) => Promise<string | undefined>): Route['answer'] =>
    async (asked) => {
      if (!/^(?:latest|\d{4}-\d\d-\d\d)$/.test(asked.named.version ?? ''))
        throw new MusterError('boot.nowhere');
      if (!isOpen(asked)) return text('unauthorized\n', 401);
      const token = await asked.desk.at?.(asked.address);
      const body = token === undefined ? undefined : await answer(asked, token);
      if (body === undefined) throw new MusterError('boot.nowhere');
      return text(body);
    };
  const about = guarded(async ({ desk, address, named }, token) => {
    const document = await desk.cloudInit(token, EC2_DOCUMENT, { address });
    return document === undefined
      ? undefined
      : valueAt(treeOf(Facts.parse(JSON.parse(document)), address), named.path ?? '');
  });
  return [
    session,
    { method: 'GET', path: '/{version}/meta-data', answer: about },
    { method: 'GET', path: '/{version}/meta-data/{path*}', answer: about },
    {
      method: 'GET',
      path: '/{version}/user-data',
      answer: guarded(({ desk, address }, token) => desk.cloudInit(token, 'user-data', { address })),
    },
  ];
}

function treeOf({ keys, mac, ...facts }: z.output<typeof Facts>, address: string): Tree {
  return {
    ...facts,
    hostname: facts['local-hostname'],
    'local-ipv4': address,
    ...(mac !== undefined && { mac }),
    ...(keys.length > 0 && {
      'public-keys': Object.fromEntries(keys.map((key, index) => [index, { 'openssh-key': key }])),
    }),
  };
}

/** The text of a path, or what there is below it, a line each; a slash stands after what has more below it. */
function valueAt(tree: Tree, path: string): string | undefined {
  let found: string | Tree | undefined = tree;
  for (const name of path.split('/').filter((part) => part !== ''))
    found = typeof found === 'object' && Object.hasOwn(found, name) ? found[name] : undefined;
  if (typeof found !== 'object') return found;
  const line = ([name, value]: [string, string | Tree]) => {
    if (path.replaceAll('/', '') === 'public-keys') return `${name}=muster-${name}`;
    return typeof value === 'object' ? `${name}/` : name;
  };
  return Object.entries(found).map(line).join('\n');
}
