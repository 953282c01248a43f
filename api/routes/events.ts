import type { Authenticate } from '../http/mount';
import { route, type Route } from '../http/route';
import { openStream } from '../live-events';
import { createHintSource } from '../poll-hints';
import type { ApiPorts } from '../ports';

/** Live hints. */
export const eventRoutes = (ports: ApiPorts, authenticate: Authenticate): Route[] => {
  const { store, settings } = ports;
  const { prepare, listen } = createHintSource(store, settings.pollHintsMs);
  return [
    route({
      id: 'events',
      method: 'get',
      path: '/v1/events',
      tag: 'desk',
      summary: 'Live hints as server-sent events',
      description:
        'Events: "ready" at the start; "offers" {}: read GET /v1/offers again; "enquiry" {"id"}: read that enquiry and your lists again; "notices" {}: read GET /v1/notices again; "presence" {"agent"}. Hints carry ids only and may be lost: read everything again after a reconnect. The stream ends with the session.',
      answers: { 200: { contentType: 'text/event-stream', description: 'Server-sent events.' } },
      handle: async ({ caller, request, response }) => {
        await prepare();
        openStream({ store, authenticate, heartbeatMs: settings.streamHeartbeatMs, listen }, request, response, caller);
        return { status: 200 as const, taken: true as const };
      },
    }),
  ];
};
