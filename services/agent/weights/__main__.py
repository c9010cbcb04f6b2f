"""`python -m services.agent.weights`"""

from services.agent.weights import main

main()
