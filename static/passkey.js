// Passkeys: the browser makes one, or signs with one, and the form takes what it said.
const options = JSON.parse(document.getElementById("passkey").textContent);
const form = document.querySelector("form[data-passkey]");
const problem = document.getElementById("passkey-problem");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  problem.textContent = "";
  try {
    const { publicKey } = options.creation_options ?? options.request_options;
    const said = form.dataset.passkey === "make"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
    form.elements.credential.value = JSON.stringify(said);
    form.submit();
  } catch {
    problem.textContent = "The browser gave no passkey. Try again, or choose another way.";
  }
});
