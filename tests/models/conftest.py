def pytest_configure(config):
    config.addinivalue_line(
        "markers", "guards(*families): constraint families and costs that the test holds in place"
    )
