/** The address of a git repository, as the configuration has it. */
import { z } from 'zod';
import { messages } from '../messages/messages.ts';

/** https, ssh, git or a path relative to the configuration; nothing that git takes for an option, or for a program to run. */
export const RepositoryAddress = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^-\s][^\s\0]*$/, { error: () => messages().config.repository })
  .refine((address) => !/^(?:ext|fd)::/i.test(address), { error: () => messages().config.transport });
