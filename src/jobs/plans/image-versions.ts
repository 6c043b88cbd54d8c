/** What is done with versions of images that there are. */
import { type ImageVersion, imageOf } from '../../image.ts';
import { messages } from '../../messages/messages.ts';
import { promoteImage, rollBackImage } from '../image/promote.ts';
import { pruneImage } from '../image/prune.ts';
import type { Plan } from '../plan.ts';

const locksOf = (image: string): string[] => [`image/${image}`];

/** The plan of `/image promote VERSION`; `host` is where it lies. */
export function promotePlan({
  host,
  version,
  force,
  before,
}: {
  host: string;
  version: ImageVersion;
  force: boolean;
  /** The version that is promoted until then. */
  before?: ImageVersion;
}): Plan {
  const image = imageOf(version);
  const { plans } = messages().images;
  return {
    title: plans.promote({ version }),
    done: plans.promoted({ version }),
    locks: locksOf(image),
    stages: [{ name: 'promote', steps: [promoteImage({ host, image, version, force })] }],
    next: `/image show ${version}`,
    ...(before !== undefined && { undo: `/image rollback ${image}` }),
  };
}

/** The plan of `/image rollback IMAGE`; `to` is the version that was promoted before. */
export function rollBackImagePlan({
  host,
  from,
  to,
}: {
  host: string;
  from: ImageVersion;
  to: ImageVersion;
}): Plan {
  const image = imageOf(to);
  const { plans } = messages().images;
  return {
    title: plans.rollback({ image, version: to }),
    done: plans.rolledBack({ image, version: to }),
    locks: locksOf(image),
    stages: [{ name: 'promote', steps: [rollBackImage({ host, image, to })] }],
    next: `/image list ${image}`,
    undo: `/image promote ${from}`,
  };
}

/** The plan of `/image prune IMAGE`; `versions` are those that go. */
export function prunePlan({
  host,
  image,
  keep,
  versions,
}: {
  host: string;
  image: string;
  keep: number;
  versions: ImageVersion[];
}): Plan {
  const { plans } = messages().images;
  return {
    title: plans.prune({ image }),
    done: plans.pruned({ image }),
    locks: locksOf(image),
    stages: [{ name: 'prune', steps: [pruneImage({ host, image, keep, versions })] }],
    next: `/image list ${image}`,
    shows: versions.map((version) => plans.goes({ version })),
  };
}
