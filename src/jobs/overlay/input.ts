/** What steps on overlay networks are told. */
import { z } from 'zod';
import { HostName } from '../../names.ts';
import { Endpoint, Membership, OverlayAddress } from '../../overlay.ts';

/** A host and what it is to be in a network. */
export const Joining = z.strictObject({
  host: HostName,
  membership: Membership,
  /** Where others reach it; absent where nobody knows. */
  endpoint: Endpoint.optional(),
});

/** A host, and whom it is to reach. */
export const Testing = z.strictObject({
  host: HostName,
  membership: Membership,
  /** Only this one; everybody by default. */
  only: HostName.optional(),
  /** Added when it starts. */
  targets: z.array(z.strictObject({ host: HostName, address: OverlayAddress })).default([]),
});
