import { z } from 'zod';
import { messages } from '../../messages/messages.ts';
import { defineCommand } from '../command.ts';

export const reload = defineCommand({
  name: 'reload',
  about: () => messages().commands.reload,
  examples: ['reload'],
  input: z.object({}),
  risk: 'change',
  scope: () => 'cloud',
  answer: async (_, house) => ({ text: await house.reload() }),
});
