import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Headers of every answer: nothing may be run, framed, sniffed or kept by a cache. */
export const securityHeaders = (): RequestHandler[] => [
  helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    referrerPolicy: { policy: 'no-referrer' },
    // Whether the address is served by TLS is the business of whatever stands in front of us.
    strictTransportSecurity: false,
  }),
  (_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    next();
  },
];
