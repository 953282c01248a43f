import type { Route } from '../http/route';
import type { ApiPorts } from '../ports';
import { draftRoutes } from './drafts';
import { plannedMailRoutes } from './planned-mail';
import { replyRoutes } from './replies';
import { responseFileRoutes } from './response-files';
import { standardResponseRoutes } from './standard-responses';
import { watchingRoutes } from './watching';

/** Everything an agent writes with. */
export const writingRoutes = (ports: ApiPorts): Route[] => [
  ...draftRoutes(ports),
  ...replyRoutes(ports),
  ...plannedMailRoutes(ports),
  ...standardResponseRoutes(ports),
  ...responseFileRoutes(ports),
  ...watchingRoutes(ports),
];
