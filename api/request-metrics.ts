import { Histogram, type Registry } from 'prom-client';
import type { RequestFacts } from './http/request-log';

const NAME = 'ringpost_http_request_seconds';

/** Counts and times requests by route and status; a registry that has the figure already goes on with it. */
export const createRequestMetrics = (registry: Registry): ((facts: RequestFacts) => void) => {
  const known = registry.getSingleMetric(NAME);
  const histogram =
    known instanceof Histogram
      ? known
      : new Histogram({
          name: NAME,
          help: 'Time of requests by route, method and status.',
          labelNames: ['route', 'method', 'status'],
          buckets: [0.005, 0.02, 0.1, 0.5, 2, 6],
          registers: [registry],
        });
  return ({ route, method, status, ms }) => histogram.observe({ route, method, status: String(status) }, ms / 1000);
};
