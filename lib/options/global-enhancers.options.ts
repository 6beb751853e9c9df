/** Which of the app's global enhancers (`APP_GUARD` …, `useGlobalGuards` …) run on handlers of actions and events. */
export interface GlobalEnhancersOptions {
  /** Those of this kind. @default true */
  guards?: boolean;
  /** Those of this kind. @default true */
  interceptors?: boolean;
  /** Those of this kind. @default true */
  pipes?: boolean;
  /** Those of this kind. @default true */
  filters?: boolean;
}
