/** What steps of a deploy are given. */
import { z } from 'zod';
import { AppName, Commit, GitRef, HostName, RepositoryPath, RunId } from '../../names.ts';

/** Which app and commit; `ref` is what a person typed for the commit. */
export const Release = z.strictObject({ host: HostName, app: AppName, ref: GitRef, commit: Commit });

/** A release whose source has to be fetched. `repository` is an address without a login, or an absolute path. */
export const Source = z.strictObject({ ...Release.shape, repository: z.string().min(1).max(1_000) });

/** A release with the place of its compose file. */
export const Composed = z.strictObject({
  ...Release.shape,
  compose: RepositoryPath,
  /** True where there is a hub. */
  hub: z.literal(true).optional(),
  /** What the host's firewall lets in, like `tcp/443` and `udp/8000-8010`; absent where Muster keeps none there. */
  open: z.array(z.string()).optional(),
});

/** A generation that is there already (a rollback); without it the one that this run or the run it goes on from has made. */
export const Live = z.strictObject({ ...Release.shape, generation: RunId.optional() });
