/** First account and signing in. */
export const start = {
  welcome: "Welcome",
  welcomeHint:
    "Make the first account. It belongs to this machine; nothing is sent anywhere. The set-up token was printed where Curtilage was started.",
  token: "Set-up token",
  name: "Name",
  password: "Password",
  passwordHint: "At least 12 characters. A sentence that you remember is better than a short riddle.",
  repeat: "Password again",
  differ: "The two passwords differ.",
  make: "Make the account",
  signIn: "Sign in",
  signInHint: "To the control room of this site.",
  show: "Show",
  hide: "Hide",
};
