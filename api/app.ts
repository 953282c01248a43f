/** The API as an Express application; the list in `routesOf` is all that is mounted. */
import express, { type Express } from 'express';
import { ApiError } from './api-error';
import { enquiryIdOf } from './enquiry-words';
import { createAuthenticate } from './authenticate';
import { createOpenApi, type DocumentHead } from './http/openapi';
import { mountRoutes, type Authenticate } from './http/mount';
import { createProblemHandler } from './http/problem';
import { createRequestLog } from './http/request-log';
import { ok, route, type Route } from './http/route';
import { anything } from './http/schema';
import { securityHeaders } from './http/security-headers';
import type { ApiPorts } from './ports';
import { createRequestMetrics } from './request-metrics';
import { actRoutes } from './routes/acts';
import { absenceRoutes } from './routes/absences';
import { leavingRoutes } from './routes/leaving';
import { removalRoute } from './routes/removal';
import { agentRoutes } from './routes/agents';
import { auditRoutes } from './routes/audit';
import { backtestRoutes } from './routes/backtests';
import { blocklistRoutes } from './routes/blocklists';
import { bulkRoutes } from './routes/bulk';
import { calendarRoutes } from './routes/calendars';
import { channelRoutes } from './routes/channels';
import { closedRoutes } from './routes/closed-acts';
import { connectionTestRoutes } from './routes/connection-tests';
import { connectionRoutes } from './routes/connections';
import { accountRoutes } from './routes/accounts';
import { contactExportRoute } from './routes/contact-export';
import { contactImportRoutes } from './routes/contact-imports';
import { erasureRoutes } from './routes/erasures';
import { contactFieldRoutes } from './routes/contact-fields';
import { contactMergeRoutes } from './routes/contact-merges';
import { contactTimelineRoute } from './routes/contact-timeline';
import { contactRoutes } from './routes/contacts';
import { engagementRoutes } from './routes/engagements';
import { enquiryRoutes } from './routes/enquiries';
import { eventRoutes } from './routes/events';
import { eventWebhookRoutes } from './routes/event-webhooks';
import { flowRoutes } from './routes/flows';
import { groupRoutes } from './routes/groups';
import { healthRoutes } from './routes/health';
import { joiningRoutes } from './routes/joining-acts';
import { holdingRoutes } from './routes/holding-acts';
import { ledgerRoutes } from './routes/ledger';
import { letterheadRoutes } from './routes/letterheads';
import { signatureRoutes } from './routes/signatures';
import { liveRoutes } from './routes/live';
import { readyFlowRoutes } from './routes/ready-flows';
import { jobRoutes } from './routes/jobs';
import { lookupRoutes } from './routes/lookups';
import { messageRoutes } from './routes/messages';
import { migrationRoutes } from './routes/migrations';
import { noticeRoutes } from './routes/notices';
import { offerRoutes } from './routes/offers';
import { outboxRoutes } from './routes/outbox';
import { presenceRoutes } from './routes/presence';
import { revisionRunRoutes } from './routes/revision-runs';
import { runTestRoutes } from './routes/run-tests';
import { searchRoute } from './routes/search';
import { sendingRoutes } from './routes/sending';
import { slaReportRoutes } from './routes/sla-report';
import { sessionRoutes } from './routes/session';
import { storyRoutes } from './routes/stories';
import { templateRoutes } from './routes/templates';
import { tokenRoutes } from './routes/tokens';
import { traceRoutes } from './routes/trace';
import { undeliverableRoutes } from './routes/undeliverable';
import { writeFirstRoutes } from './routes/write-first';
import { userRoutes } from './routes/users';
import { writingRoutes } from './routes/writing';

/** Makes the application; it listens when `startApi` serves it. */
export const createApp = (ports: ApiPorts): Express => {
  const authenticate = createAuthenticate(ports);
  const routes = routesOf(ports, authenticate);
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', ports.settings.trustedProxies);
  app.set('query parser', 'simple');
  app.use(createRequestLog(ports.log, createRequestMetrics(ports.metrics)));
  app.use(securityHeaders());
  mountRoutes(app, routes, {
    authenticate,
    storeIsThere: ports.store.healthy,
    enquiryIdOf: (caller, word) => enquiryIdOf(ports, caller, word),
  });
  app.use(() => {
    throw new ApiError('unknown-route');
  });
  app.use(createProblemHandler(ports.log));
  return app;
};

/** Everything that is mounted. */
export const routesOf = (ports: ApiPorts, authenticate: Authenticate): Route[] => {
  const routes = [
    ...sessionRoutes(ports),
    ...tokenRoutes(ports),
    ...userRoutes(ports),
    ...presenceRoutes(ports),
    ...absenceRoutes(ports),
    ...leavingRoutes(ports),
    removalRoute(ports),
    ...agentRoutes(ports),
    ...groupRoutes(ports),
    ...calendarRoutes(ports),
    ...letterheadRoutes(ports),
    ...signatureRoutes(ports),
    ...channelRoutes(ports),
    ...connectionTestRoutes(ports),
    ...sendingRoutes(ports),
    ...connectionRoutes(ports),
    ...eventWebhookRoutes(ports),
    ...flowRoutes(ports),
    ...liveRoutes(ports),
    ...readyFlowRoutes(ports),
    ...revisionRunRoutes(ports),
    ...migrationRoutes(ports),
    ...runTestRoutes(ports),
    ...jobRoutes(ports),
    ...backtestRoutes(ports),
    ...templateRoutes(ports),
    ...blocklistRoutes(ports),
    ...noticeRoutes(ports),
    ...offerRoutes(ports),
    ...enquiryRoutes(ports),
    ...actRoutes(ports),
    ...holdingRoutes(ports),
    ...closedRoutes(ports),
    ...joiningRoutes(ports),
    ...bulkRoutes(ports),
    ...writingRoutes(ports),
    ...messageRoutes(ports),
    ...storyRoutes(ports),
    ...traceRoutes(ports),
    ...ledgerRoutes(ports),
    ...outboxRoutes(ports),
    ...undeliverableRoutes(ports),
    ...engagementRoutes(ports),
    ...outsideRoutes(ports),
    ...writeFirstRoutes(ports),
    ...auditRoutes(ports),
    ...eventRoutes(ports, authenticate),
    ...slaReportRoutes(ports),
    ...healthRoutes(ports),
  ];
  const self = openApiRoute(() => document);
  const document = createOpenApi(documentHead(ports.version), [...routes, self]);
  return [...routes, self];
};

/** The people outside, and finding them. */
const outsideRoutes = (ports: ApiPorts): Route[] => [
  ...contactRoutes(ports),
  ...contactMergeRoutes(ports),
  contactTimelineRoute(ports),
  ...accountRoutes(ports),
  ...contactFieldRoutes(ports),
  ...contactImportRoutes(ports),
  contactExportRoute(ports),
  ...erasureRoutes(ports),
  ...lookupRoutes(ports),
  searchRoute(ports),
];

function openApiRoute(document: () => unknown): Route {
  return route({
    id: 'openapi',
    method: 'get',
    path: '/openapi.json',
    tag: 'operations',
    summary: 'This document',
    answers: { 200: anything('An OpenAPI 3.1 document.') },
    handle: async () => ok(document()),
  });
}

const documentHead = (version: string): DocumentHead => ({
  title: 'Ringpost',
  version,
  description: [
    'Email contact centre: channels, enquiries, agents.',
    'Sign in with POST /v1/session and send the answered "csrf" as X-CSRF-Token with every write, or send an API token as "Authorization: Bearer TOKEN".',
    'To serve: PUT /v1/presence {"word":"available"} and a heartbeat every 15 seconds; GET /v1/offers; POST /v1/offers/{id}/accept; GET /v1/enquiries/{id} and its messages; POST its replies, notes, transfer, close.',
    'Every refusal is problem details (RFC 9457); act on "code". Acts take an Idempotency-Key: repeat a request with the same key and it is done once. 202 means not confirmed yet: look at Location, or repeat.',
    'Ids go into paths percent-encoded: ledger ids and acts hold ":" and "/". Wherever a request names an enquiry, its number (4711) will do as well as its id.',
  ].join('\n\n'),
  tags: [
    { name: 'session', description: 'Signing in, API tokens, passwords.' },
    { name: 'desk', description: 'Presence, offers and live hints of an agent.' },
    { name: 'enquiries', description: 'Enquiries, their messages and what people do with them.' },
    { name: 'contacts', description: 'The people outside, and the companies they belong to.' },
    { name: 'ledger', description: 'What became of every mail we were offered.' },
    { name: 'outbox', description: 'Mail on its way out.' },
    { name: 'people', description: 'Users, agents, groups, engagements.' },
    { name: 'settings', description: 'Channels, flows, connections, templates, blocklists.' },
    { name: 'operations', description: 'Health and figures.' },
  ],
});
