/** Who may log in to hosts by SSH key: the shape of `keyGroups` and `logins`. */
import { z } from 'zod';
import { messages } from '../messages/messages.ts';
import { EnvironmentName, KeyGroupName } from '../names.ts';
import { readKey } from '../public-key.ts';
import { checked, HostSelector } from './checked.ts';
import { SecretText } from './platforms.ts';

const SERVICES = ['github', 'gitea'] as const;

/** A name in a path of an API; it is escaped there, too. */
const Named = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, { error: () => messages().config.keys.named });

/** Whoever stands in between could give out keys of their own: only this machine itself is reached without TLS. */
const apiProblem = (address: string): string | undefined => {
  const words = messages().config.keys;
  if (!URL.canParse(address)) return words.api;
  const { protocol, hostname, search, hash, username, password } = new URL(address);
  const here = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  if (protocol !== 'https:' && !(protocol === 'http:' && here)) return words.api;
  return search || hash || username || password ? words.api : undefined;
};

const Members = z
  .strictObject({
    service: z
      .enum(SERVICES, { error: () => messages().config.oneOf({ names: SERVICES }) })
      .describe('`github` (also GitHub Enterprise) or `gitea` (also Forgejo)'),
    organisation: Named.describe('the organisation’s name in its address'),
    team: Named.optional().describe(
      'only this team of it: of GitHub by its name in its address, of Gitea by its name',
    ),
    token: SecretText.optional().describe(
      '`env:NAME` or `file:PATH`; has to be a member’s, as others see only public members; of GitHub with `read:org`, of Gitea (which answers nobody without one) with `read:organization` and `read:user`',
    ),
    apiRoot: z
      .string()
      .max(500)
      .pipe(checked(apiProblem))
      .optional()
      .describe(
        'where the API is: `https://HOST/api/v1` of Gitea, `https://HOST/api/v3` of GitHub Enterprise; GitHub’s own by default',
      ),
  })
  .superRefine(({ service, apiRoot }, context) => {
    if (service === 'gitea' && apiRoot === undefined)
      context.addIssue({ code: 'custom', path: ['apiRoot'], message: messages().config.keys.noApi });
  });

const keyProblem = (line: string): string | undefined => {
  const found = readKey(line);
  return typeof found === 'string' ? messages().config.keys.problems[found] : undefined;
};

/** A group of keys: the union of everything it names. */
export const KeyGroup = z
  .strictObject({
    members: z
      .array(Members)
      .default([])
      .describe('organisations and teams, whose members’ public keys belong to the group'),
    files: z
      .array(
        z
          .string()
          .min(1)
          .max(500)
          .regex(/^[^-\0\n][^\0\n]*$/, { error: () => messages().config.keys.file }),
      )
      .default([])
      .describe('files of public keys, one a line, relative to the configuration'),
    keys: z
      .array(checked(keyProblem))
      .default([])
      .describe('public keys as `ssh-keygen` writes them: type, key, and whose it is'),
    environment: EnvironmentName.optional().describe(
      'the name of an environment, like `build-7`: Muster makes a key pair for it that no person holds, and its public half belongs to the group. The private half stays in the state folder, as `keys/environment-NAME`, for `keyFile` of hosts',
    ),
  })
  .superRefine(({ members, files, keys, environment }, context) => {
    if (members.length + files.length + keys.length === 0 && environment === undefined)
      context.addIssue({ code: 'custom', message: messages().config.keys.noSource });
  });

/** Who may log in where, as whom. */
export const Login = z.strictObject({
  hosts: z.array(HostSelector).min(1).describe('where: hosts, or `label:NAME`'),
  user: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]{0,31}$/, { error: () => messages().config.user })
    .default('root')
    .describe('as which user of the host'),
  groups: z.array(KeyGroupName).min(1).describe('the key groups that may'),
});

export type KeyGroup = z.output<typeof KeyGroup>;
export type Login = z.output<typeof Login>;
