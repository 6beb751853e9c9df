/** Which of the app's global enhancers (`APP_GUARD` …, `useGlobalGuards` …) run on handlers of actions and events. */
export interface GlobalEnhancersOptions {
  /** @default true */
  guards?: boolean;
  /** @default true */
  interceptors?: boolean;
  /** @default true */
  pipes?: boolean;
  /** @default true */
  filters?: boolean;
}
