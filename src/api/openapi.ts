/** What can be asked, described for machines (OpenAPI 3.1): made of the very shapes that parameters are checked by. */
import { z } from 'zod';
import { messages } from '../messages/messages.ts';
import { defineRoute, type Route } from './route.ts';

/** The description of routes, and of itself. */
export function describedBy(routes: readonly Route[]): Route[] {
  const described: Route = defineRoute({
    path: '/v1/openapi.json',
    about: () => messages().api.description,
    parameters: z.strictObject({}),
    scope: () => [],
    answer: async () => ({ object: describe(all) }),
  });
  const all: Route[] = [...routes, described];
  return all;
}

function describe(routes: readonly Route[]): object {
  return {
    openapi: '3.1.0',
    info: { title: 'Muster', description: messages().api.about, version: '1' },
    security: [{ token: [] }],
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    paths: Object.fromEntries(routes.map((route) => [route.path, { get: operation(route) }])),
  };
}

const LINES = { 'application/x-ndjson': {} };

function operation({ path, about, parameters }: Route): object {
  const { properties = {}, required = [] } = z.toJSONSchema(parameters, { io: 'input' });
  const lines = path.startsWith('/v1/logs');
  const content = lines
    ? { ...LINES, ...(path.endsWith('/tail') && { 'text/event-stream': {} }) }
    : { 'application/json': {} };
  return {
    summary: about(),
    parameters: Object.entries(properties).map(([name, schema]) => ({
      name,
      in: path.includes(`{${name}}`) ? 'path' : 'query',
      required: required.includes(name),
      schema,
    })),
    responses: {
      200: { description: about(), content },
      default: { description: messages().api.error, content: { 'application/json': {} } },
    },
  };
}
