import { file, ok, route, type Route } from '../http/route';
import { flag, list, named, object, text, word } from '../http/schema';
import { checkHealth } from '../health';
import type { ApiPorts } from '../ports';

const readyShape = named(
  'Readiness',
  object({
    ok: flag('Everything that is needed answers.'),
    lines: list(
      object({
        name: text(),
        ok: flag(),
        needed: flag('Without it nothing works; the others are a red line only.'),
        detail: text(),
      }),
    ),
  }),
);

/** Whether the process lives, whether it can work, and its figures. */
export const healthRoutes = (ports: ApiPorts): Route[] => [
  route({
    id: 'live',
    method: 'get',
    path: '/healthz',
    tag: 'operations',
    summary: 'Whether the process lives',
    answers: { 200: named('Liveness', object({ status: word(['ok']), version: text() })) },
    handle: async () => ok({ status: 'ok' as const, version: ports.version }),
  }),
  route({
    id: 'ready',
    method: 'get',
    path: '/readyz',
    tag: 'operations',
    summary: 'How each dependency fares; 503 when one that is needed is away',
    answers: { 200: readyShape, 503: readyShape },
    handle: async () => {
      const lines = await checkHealth(ports);
      const well = lines.every((each) => each.ok || !each.needed);
      const body = { ok: well, lines };
      return well ? ok(body) : { status: 503 as const, body };
    },
  }),
  route({
    id: 'metrics',
    method: 'get',
    path: '/metrics',
    tag: 'operations',
    summary: 'Figures for Prometheus',
    answers: { 200: { contentType: 'text/plain', description: 'Prometheus text format.' } },
    handle: async () => file(Buffer.from(await ports.metrics.metrics()), { 'Content-Type': ports.metrics.contentType }),
  }),
];
