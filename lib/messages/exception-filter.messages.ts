export const INTERNAL_ERROR = 'Internal server error';

export const unavailable = 'Service unavailable';

export const timedOut = 'The request timed out';

export const requestFailed = (type: string | undefined, message: string) =>
  `A call for an HTTP request failed${type ? ` (${type})` : ''}: ${message}`;
