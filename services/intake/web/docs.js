/** The API docs: Swagger UI over our own /openapi.json, with nothing from outside. */

const dark = matchMedia("(prefers-color-scheme: dark)");

/** Let Swagger UI follow the color scheme of the system. */
function followScheme() {
  document.documentElement.classList.toggle("dark-mode", dark.matches);
}

followScheme();
dark.addEventListener("change", followScheme);

window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger",
  deepLinking: true,
  validatorUrl: null,
  displayRequestDuration: true,
  tryItOutEnabled: true,
});
