/** The shapes of Redfish (DMTF DSP0266, schema ComputerSystem) as far as they are read, and which of its words switch what. */
import { z } from 'zod';
import type { PowerState } from '../../power.ts';

/** A place below the controller, as it names it: nothing else of the URL is its to say. */
export const Link = z.object({
  '@odata.id': z
    .string()
    .max(500)
    .regex(/^\/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*$/)
    .refine((path) => !path.startsWith('//') && !/(?:^|\/)(?:\.|%2e){1,2}(?:[/?]|$)/i.test(path)),
});
const Path = Link.shape['@odata.id'];

/** `/redfish/v1/`. */
export const Root = z.object({ Systems: Link });

export const Systems = z.object({
  Members: z.array(Link).max(1_000),
  'Members@odata.nextLink': Path.optional(),
});

export const System = z.object({
  Id: z.string().optional(),
  PowerState: z.string().nullish(),
  Boot: z
    .object({
      BootSourceOverrideTarget: z.string().nullish(),
      BootSourceOverrideEnabled: z.string().nullish(),
      'BootSourceOverrideTarget@Redfish.AllowableValues': z.array(z.string()).optional(),
    })
    .nullish(),
  Actions: z
    .object({
      '#ComputerSystem.Reset': z
        .object({
          target: Path,
          'ResetType@Redfish.AllowableValues': z.array(z.string()).optional(),
          '@Redfish.ActionInfo': Path.optional(),
        })
        .optional(),
    })
    .optional(),
});
export type System = z.output<typeof System>;

/** Where the words are that an action takes, for controllers that keep them apart. */
export const ActionInfo = z.object({
  Parameters: z.array(z.object({ Name: z.string(), AllowableValues: z.array(z.string()).optional() })),
});

/** What goes on at the controller. */
export const Task = z.object({ TaskState: z.string().optional(), TaskStatus: z.string().optional() });

/** What it says of a refusal. */
export const Refusal = z.object({
  error: z.object({
    message: z.string().optional(),
    '@Message.ExtendedInfo': z
      .array(z.object({ Message: z.string().optional(), MessageId: z.string().optional() }))
      .optional(),
  }),
});

/** What a machine can be told, in the order in which the words are tried. */
const RESETS = {
  on: ['On', 'ForceOn'],
  soft: ['GracefulShutdown'],
  hard: ['ForceOff'],
  cycle: ['PowerCycle', 'ForceRestart'],
} as const;
export type Deed = keyof typeof RESETS;

/** The word for it that the controller knows; undefined where it has none. What a controller does not say, it may know. */
export const resetFor = (deed: Deed, offered: readonly string[] | undefined): string | undefined =>
  offered === undefined ? RESETS[deed][0] : RESETS[deed].find((word) => offered.includes(word));

export function stateOf({ PowerState: state }: System): PowerState {
  return state === 'On' ? 'on' : state === 'Off' ? 'off' : 'unknown';
}

/** How a task stands, see Task.TaskState. */
export function taskOutcome({ TaskState: state }: z.output<typeof Task>): 'open' | 'done' | 'failed' {
  if (state === 'Completed') return 'done';
  return ['Exception', 'Killed', 'Cancelled', 'Interrupted'].includes(state ?? '') ? 'failed' : 'open';
}

/** A version of a resource (RFC 9110, 8.8.3), if it is one that can be sent back. */
export const etagOf = (text: string | undefined): string | undefined =>
  text !== undefined && /^(?:W\/)?"[\x21\x23-\x7e]{0,200}"$/.test(text) ? text : undefined;
