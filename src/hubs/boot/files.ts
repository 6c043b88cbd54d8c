/** Files that machines load: the programs that firmware begins with, and blobs of images. */
import { BootToken, FETCHED_PARTS, type FetchedPart } from '../../boot.ts';
import { MusterError } from '../../errors.ts';
import type { Asked, Route } from './route.ts';

const loader: Route = {
  method: 'GET',
  path: '/loaders/{name}',
  async answer({ named, loader, request, desk, address }) {
    const file = named.name ?? '';
    const body = await loader(file);
    if (!body) throw new MusterError('boot.nowhere');
    // Firmware asks by HEAD how long it is, first.
    if (request.method === 'GET') desk.seen({ what: 'loader-sent', address, file });
    // UEFI goes by the type, see `HTTP Boot` in its specification.
    return { type: 'application/efi', body };
  },
};

const blob: Route = {
  method: 'GET',
  path: '/blobs/{sha256}',
  async answer(asked) {
    const sha256 = asked.named.sha256 ?? '';
    const boot = bootOf(asked);
    if (!boot || !(await asked.desk.knows(boot.token).catch(() => false))) return { blob: sha256 };
    const { token, part } = boot;
    const { desk, log } = asked;
    const refused = { stage: part, outcome: 'failed', cause: 'sha256', detail: sha256 } as const;
    return {
      blob: sha256,
      // iPXE takes what it gets; the initramfs looks itself.
      check: part !== 'root',
      corrupt: () =>
        void desk
          .news(token, refused)
          .catch((err) => log.warn({ err }, 'a corrupt blob could not be told of')),
      begun: () => desk.seen({ what: 'fetching', token, sha256, part }),
      fetched: () => desk.seen({ what: 'fetched', token, sha256, part }),
    };
  },
};

/** Which boot it is fetched for, and as what; undefined where that is not said. */
function bootOf({ query }: Pick<Asked, 'query'>): { token: string; part: FetchedPart } | undefined {
  const token = BootToken.safeParse(query.get('b')).data;
  const part = FETCHED_PARTS.find((one) => one === query.get('p'));
  return token === undefined || part === undefined ? undefined : { token, part };
}

export const files: readonly Route[] = [loader, blob];
